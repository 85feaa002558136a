import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, type EncodingMode } from './level-stack';
import { transferSyntax } from '@shared/dicom';
import type { DataSetReader } from './fragment-index';
import { StructureWalker } from './structure-walker';
import { ValueStore } from './value-store';
import { WALK_LIMITS, type PixelLayout } from './walk-types';

const PIECE_BYTES = 65_536;

/** Walks the head of a data set up to its pixel data; undefined when it is not well formed so far. What follows the pixel data is not read. */
export async function locatePixelData(reader: DataSetReader, TransferSyntaxUID: string): Promise<PixelLayout | undefined> {
  const walker = new StructureWalker(encodingMode(TransferSyntaxUID), { slots: new Map(), onceBelow: 0 }, new ValueStore(0), WALK_LIMITS);
  let at = 0;
  for (;;) {
    // A long value (an overlay, a private block) is jumped over, not read.
    const piece = await reader.read(at, PIECE_BYTES);
    const isGood = walker.write(piece);
    at += piece.length;
    const found = walker.layoutSoFar;
    if (found.kind !== 'none') return found;
    if (!isGood) return undefined;
    if (piece.length < PIECE_BYTES) return walker.finish() === undefined ? walker.layoutSoFar : undefined;
    at += walker.skipAhead();
  }
}

/** Big endian and implicit are the exceptions; every other syntax, known or not, is Explicit VR Little Endian (PS3.5 A.4). */
export function encodingMode(TransferSyntaxUID: string): EncodingMode {
  const syntax = transferSyntax(TransferSyntaxUID);
  if (syntax === undefined || (syntax.isExplicitVr && !syntax.isBigEndian)) return EXPLICIT_LE;
  return syntax.isBigEndian ? EXPLICIT_BE : IMPLICIT_LE;
}
