import type { EncapsulatedPart, ObjectRef, Report, Waveform } from '@shared/domain';
import type { TableLimits } from './build-table';
import type { ElementTable } from './element-table';
import { findPart, type FoundPart, readPart } from './encapsulated';
import { type ObjectCache, openTable } from './open-object';
import { type FindObject, readReport, REPORT_LIMITS } from './structured-report';
import { readSamples, readWaveform, WAVEFORM_LIMITS } from './waveform';

/** What objects that are no pictures say, for the page. All reject with a CallError in words. */
export interface ObjectContents {
  report(object: ObjectRef): Promise<Report>;
  waveform(object: ObjectRef): Promise<Waveform>;
  samples(object: ObjectRef, group: number, from: number, count: number): Promise<Float32Array<ArrayBuffer>[]>;
  part(object: ObjectRef): Promise<EncapsulatedPart>;
  partBytes(object: ObjectRef, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Objects that stay parsed for the next request. */
const KEPT = 4;

export function createObjectContents(cache: ObjectCache, find: FindObject): ObjectContents {
  const waveforms = keeping((object) => tableOf(cache, object, WAVEFORM_LIMITS));
  const parts = keeping(async (object): Promise<{ table: ElementTable; part: FoundPart }> => {
    const { table, opened } = await openTable(cache, object, WAVEFORM_LIMITS, { fragments: true });
    return { table, part: findPart(table, opened.TransferSyntaxUID) };
  });
  return {
    report: async (object) => readReport(await tableOf(cache, object, REPORT_LIMITS), find),
    waveform: async (object) => readWaveform(await waveforms(object)),
    samples: async (object, group, from, count) => readSamples(await waveforms(object), group, from, count),
    async part(object) {
      const { title, mimeType, sizeBytes } = (await parts(object)).part;
      return { title, mimeType, sizeBytes };
    },
    async partBytes(object, offset, length) {
      const { table, part } = await parts(object);
      return readPart(table, part, offset, length);
    },
  };
}

async function tableOf(cache: ObjectCache, object: ObjectRef, limits: Partial<TableLimits>): Promise<ElementTable> {
  return (await openTable(cache, object, limits)).table;
}

/** Remembers the last few answers by object. */
function keeping<T>(make: (object: ObjectRef) => Promise<T>): (object: ObjectRef) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (object) => {
    const key = JSON.stringify(object);
    const entry = known.get(key) ?? make(object);
    known.delete(key);
    known.set(key, entry);
    entry.catch(() => known.delete(key));
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
    return entry;
  };
}
