import { inflateRawSync } from 'node:zlib';
import { transferSyntax } from '@shared/dicom';
import { AttributeReader } from './attribute-reader';
import type { InstanceAttributes } from './attributes';
import { GroupCollector } from './group-collector';
import { SLOT_COUNT, WALK_INTEREST } from './interest';
import { InflatingWalker } from './inflating-walker';
import { EXPLICIT_BE, type EncodingMode } from './level-stack';
import { encodingMode } from './locate-pixel-data';
import { badDeflate, inflatedTooLarge } from './refusals';
import { checkIdentity, readAttributes } from './read-attributes';
import { StructureWalker } from './structure-walker';
import { ValueStore } from './value-store';
import { WALK_LIMITS, type DataSetWalker, type Refusal, type WalkLimits, type WalkOptions, type WalkResult } from './walk-types';

/**
 * Walks one data set (no preamble, no meta header) in one buffer: well formed or why not, the attributes for the index, where the pixel data lie. Linear time,
 * no recursion, never throws. A deflated data set is inflated in memory up to `limits.inflatedBytes`: use `createDataSetWalker` for large ones.
 */
export function walkDataSet(bytes: Uint8Array, options: WalkOptions): WalkResult {
  const walk = new PlainWalk(options);
  if (!isDeflated(options)) {
    walk.write(bytes);
    return walk.finish();
  }
  const inflated = inflateDataSet(bytes, walk.limits.inflatedBytes);
  if (!inflated.ok) return inflated;
  walk.write(inflated.bytes);
  return walk.finish();
}

/** The same for a data set that comes in pieces; keeps small values only, whatever the size of the object. */
export function createDataSetWalker(options: WalkOptions): DataSetWalker {
  const walk = new PlainWalk(options);
  if (isDeflated(options)) return new InflatingWalker(walk, walk.limits.inflatedBytes);
  return walk;
}

/** Bytes of the data set under PS3.5 A.5 (raw deflate), or why there are none. */
export function inflateDataSet(bytes: Uint8Array, limitBytes: number): { ok: true; bytes: Uint8Array } | { ok: false; reason: Refusal } {
  try {
    return { ok: true, bytes: inflateRawSync(bytes, { maxOutputLength: limitBytes }) };
  } catch (error) {
    const isTooLarge = error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return { ok: false, reason: isTooLarge ? inflatedTooLarge(limitBytes) : badDeflate() };
  }
}

function isDeflated(options: WalkOptions): boolean {
  return transferSyntax(options.TransferSyntaxUID)?.isDeflated ?? false;
}

type Reading = { readonly ok: true; readonly attributes: InstanceAttributes } | { readonly ok: false; readonly reason: Refusal };

/** A walk over the bytes as they are. */
class PlainWalk implements DataSetWalker {
  readonly limits: WalkLimits;
  private readonly store = new ValueStore(SLOT_COUNT);
  private readonly groups: GroupCollector;
  private readonly structure: StructureWalker;
  private readonly mode: EncodingMode;
  /** What was read when native pixel data began, and how many values and warnings there were then. */
  private early: { readonly read: Reading; readonly values: number; readonly warnings: number } | undefined;

  constructor(private readonly options: WalkOptions) {
    this.limits = { ...WALK_LIMITS, ...options.limits };
    this.mode = encodingMode(options.TransferSyntaxUID);
    this.groups = new GroupCollector(this.mode !== EXPLICIT_BE);
    this.structure = new StructureWalker(this.mode, { ...WALK_INTEREST, nested: this.groups }, this.store, this.limits);
  }

  write(chunk: Uint8Array): boolean {
    const isSound = this.structure.write(chunk);
    // read now, while the pixels come: nothing of interest stands behind them, or else it is read again at the end
    if (isSound && this.early === undefined && this.structure.layout.kind === 'native') {
      this.early = { read: this.read(), values: this.store.count, warnings: this.structure.warnings.size };
    }
    return isSound;
  }

  finish(): WalkResult {
    const broken = this.structure.finish();
    if (broken !== undefined) return { ok: false, reason: broken };
    const { early, store, structure } = this;
    const isCurrent = early?.values === store.count && early.warnings === structure.warnings.size;
    const read = isCurrent ? early.read : this.read();
    if (!read.ok) return read;
    const { elements, offset: length, layout: pixel } = structure;
    return { ok: true, attributes: read.attributes, pixel, elements, length, warnings: read.attributes.warnings };
  }

  private read(): Reading {
    const reader = new AttributeReader(this.store, this.mode !== EXPLICIT_BE, this.structure.warnings);
    const unidentified = checkIdentity(reader, this.options.expected);
    if (unidentified !== undefined) return { ok: false, reason: unidentified };
    return { ok: true, attributes: readAttributes(reader, this.options.TransferSyntaxUID, this.structure.layout, this.groups) };
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  abort(): void {
    // nothing is held beyond memory
  }
}
