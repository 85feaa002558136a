import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobId } from '@shared/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncomingObject, ObjectStore, StoreOutcome } from '../../../electron/services/cache';
import { importJob } from '../../../electron/services/import';
import { writePart10Header } from '../../../electron/services/part10/header';
import type { JobProgress } from '../../../electron/services/sync';
import { encodeDataSet, sampleImage } from '../../support/dicom';

/** Keeps what it is given; the file's name decides what it says of it. */
class RecordingStore implements ObjectStore {
  readonly taken: { incoming: IncomingObject; bytes: Buffer }[] = [];
  outcome: (incoming: IncomingObject) => StoreOutcome = (incoming) =>
    ({ kind: 'stored', attributes: { StudyInstanceUID: '2.25.1', SOPInstanceUID: incoming.SOPInstanceUID } }) as unknown as StoreOutcome;
  receive(incoming: IncomingObject) {
    const parts: Buffer[] = [];
    return {
      write: (chunk: Uint8Array) => {
        parts.push(Buffer.from(chunk));
        return true;
      },
      drained: () => Promise.resolve(),
      finish: () => {
        this.taken.push({ incoming, bytes: Buffer.concat(parts) });
        return Promise.resolve(this.outcome(incoming));
      },
      abort: () => undefined,
    };
  }
  admission(): undefined {
    return undefined;
  }
}

function recorder() {
  const log = {
    done: 0,
    total: undefined as number | undefined,
    refused: [] as { name: string; reason: string; kept: boolean }[],
    touched: [] as string[],
    already: 0,
    bytes: undefined as { done: number; total: number | undefined } | undefined,
    notes: [] as string[],
    checkpoint: undefined as unknown,
  };
  const progress: JobProgress = {
    set: (done, total) => {
      log.done = done;
      if (total !== undefined) log.total = total;
    },
    alreadyHere: () => void log.already++,
    refuse: (name, reason, kept = false) => void log.refused.push({ name, reason, kept }),
    bytes: (done, total) => void (log.bytes = { done, total }),
    note: (text) => void log.notes.push(text),
    touched: (uid) => void log.touched.push(uid),
    checkpoint: (state) => void (log.checkpoint = state),
  };
  return { log, progress };
}

let folder: string;
let store: RecordingStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-import-'));
  store = new RecordingStore();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function part10(uid: string, dataSet: Uint8Array): Buffer {
  return Buffer.concat([
    writePart10Header({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: uid, TransferSyntaxUID: '1.2.840.10008.1.2.1' }),
    dataSet,
  ]);
}

function put(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function run(paths: string[], resumeFrom?: unknown) {
  const { log, progress } = recorder();
  await importJob(store).run({ jobId: JobId.parse('j1'), input: { paths }, progress, signal: new AbortController().signal, resumeFrom });
  return log;
}

describe('import', () => {
  it('hands on the data-set bytes exactly, whatever their length, and leaves the source as it was', async () => {
    const long = Buffer.alloc(700_001, 7);
    const path = put('deep/er/a.dcm', part10('2.25.5', long));
    const before = readFileSync(path);
    const log = await run([folder]);
    expect(store.taken).toHaveLength(1);
    expect(store.taken[0]?.bytes.equals(long)).toBe(true);
    expect(store.taken[0]?.incoming).toMatchObject({
      SOPInstanceUID: '2.25.5',
      TransferSyntaxUID: '1.2.840.10008.1.2.1',
      source: { kind: 'import', jobId: 'j1', name: 'a.dcm' },
    });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(log).toMatchObject({ done: 1, total: 1, refused: [], touched: ['2.25.1'], bytes: { done: before.length, total: before.length } });
  });

  it('calls a large object what its data set says when the meta header is stale', async () => {
    const dataSet = encodeDataSet(sampleImage({ SOPInstanceUID: '2.25.77', pixels: new Uint8Array(3 * 2 ** 20), Columns: 1536, Rows: 1024 }));
    put('large.dcm', part10('2.25.5', dataSet));
    await run([folder]);
    expect(store.taken[0]?.incoming).toMatchObject({ SOPInstanceUID: '2.25.77', SOPClassUID: '1.2.840.10008.5.1.4.1.1.2' });
    expect(store.taken[0]?.bytes.equals(dataSet)).toBe(true);
  });

  it('ends at the first file when the disk of the cache is full, and says what to do', async () => {
    for (const n of [1, 2, 3]) put(`${n}.dcm`, part10(`2.25.${n}`, Buffer.alloc(10)));
    store.outcome = () => ({ kind: 'refused', status: 0xa700, comment: 'disk full' });
    await expect(run([folder])).rejects.toThrow(/disk full on the disk of the cache.*make room and import again/);
  });

  it('lists each file that it cannot take with its reason and goes on', async () => {
    put('0.dcm', part10('2.25.5', Buffer.alloc(100)));
    put('empty.dcm', '');
    put('notes.txt', 'no DICOM here at all, only words that go on for a while, longer than a preamble would be. '.repeat(4));
    symlinkSync(join(folder, '0.dcm'), join(folder, 'link.dcm'));
    const log = await run([folder, join(folder, 'not-there')]);
    const reasons = Object.fromEntries(log.refused.map(({ name, reason }) => [name.replace(`${folder}/`, ''), reason]));
    expect(Object.keys(reasons).sort()).toEqual(['empty.dcm', 'link.dcm', 'not-there', 'notes.txt']);
    expect(reasons['empty.dcm']).toBe('empty file');
    expect(reasons['link.dcm']).toBe('a link, not followed');
    expect(reasons['not-there']).toBe('not there (any more)');
    expect(reasons['notes.txt']).toContain('not a DICOM file');
    expect(store.taken).toHaveLength(1);
  });

  it('counts what was here, and tells what the cache refused and set aside', async () => {
    put('a.dcm', part10('2.25.1', Buffer.alloc(10)));
    put('b.dcm', part10('2.25.2', Buffer.alloc(10)));
    store.outcome = (incoming) =>
      (incoming.SOPInstanceUID === '2.25.1'
        ? { kind: 'duplicate', attributes: { StudyInstanceUID: '2.25.9' } }
        : { kind: 'refused', status: 0xc000, comment: 'element cut short', quarantineId: 'q1' }) as unknown as StoreOutcome;
    const log = await run([folder]);
    expect(log.already).toBe(1);
    expect(log.refused).toEqual([{ name: join(folder, 'b.dcm'), reason: 'element cut short', kept: true }]);
  });

  it('resumes behind the files that were done', async () => {
    for (const n of [1, 2, 3, 4, 5]) put(`${n}.dcm`, part10(`2.25.${n}`, Buffer.alloc(10)));
    const { plan } = (await run([folder])).checkpoint as { plan: string };
    store = new RecordingStore();
    const log = await run([folder], { filesDone: 3, plan });
    expect(store.taken.map(({ incoming }) => incoming.SOPInstanceUID).sort()).toEqual(['2.25.4', '2.25.5']);
    expect(log).toMatchObject({ done: 5, total: 5, checkpoint: { filesDone: 5 } });
  });

  it('resumes at the first file of all when the source has changed meanwhile: no number of files stands for others', async () => {
    for (const n of [1, 2, 3]) put(`${n}.dcm`, part10(`2.25.${n}`, Buffer.alloc(10)));
    const { plan } = (await run([folder])).checkpoint as { plan: string };
    store = new RecordingStore();
    put('0.dcm', part10('2.25.9', Buffer.alloc(10)));
    const log = await run([folder], { filesDone: 3, plan });
    expect(store.taken.map(({ incoming }) => incoming.SOPInstanceUID).sort()).toEqual(['2.25.1', '2.25.2', '2.25.3', '2.25.9']);
    expect(log).toMatchObject({ done: 4, total: 4 });
  });

  it('fails in words when nothing that was chosen can be read', async () => {
    await expect(run([join(folder, 'gone')])).rejects.toThrow('nothing could be read: not there (any more)');
  });
});
