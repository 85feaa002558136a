import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createNodeFiles,
  type FileLayer,
  openStorage,
  type Storage,
  type StorageOptions,
  type StoreOutcome,
  type Cache,
  type ObjectSource,
} from '../../electron/services/cache';
import type { HostEnvironment } from '../../electron/services/host-environment';
import { openIndex } from '../../electron/services/index';
import { silentLogger } from '../../electron/services/logging/logger';
import { encodeDataSet, sampleImage, type SampleImage } from './dicom';

const EXPLICIT_LE = '1.2.840.10008.1.2.1';

/** Small sizes: a few objects fill a segment, so that tests meet rotation and reuse. */
export const SMALL: StorageOptions = {
  segmentBytes: 64 * 1024,
  contiguousBytes: 12 * 1024,
  bufferBytes: 2 ** 20,
  maxSegments: 3,
  reserveBytes: 0,
  aheadBytes: 4096,
  idleMs: 40,
  rowDelayMs: 5,
};

export const SENDER: ObjectSource = { kind: 'association', callingAeTitle: 'MODALITY', calledAeTitle: 'ALTERNATOR', host: '127.0.0.1', associationId: 1 };

export interface StorageRig {
  readonly dir: string;
  readonly env: HostEnvironment;
  open(options?: StorageOptions): Promise<Storage>;
  /** Closes what is open and removes the folder. */
  dispose(): Promise<void>;
}

/** A data folder of its own. `memoryIndex`: SQLite in memory (the files under test are elsewhere, in a simulated layer). */
export function storageRig(rig: { files?: FileLayer; dir?: string; memoryIndex?: boolean } = {}): StorageRig {
  const dir = rig.dir ?? mkdtempSync(join(tmpdir(), 'alternator-storage-'));
  const env = hostEnvironment(dir, rig.files ?? createNodeFiles());
  const opened: Storage[] = [];
  return {
    dir,
    env,
    async open(options = {}) {
      const index: StorageOptions = rig.memoryIndex === true ? { index: (beside) => openIndex(':memory:', env, beside) } : {};
      const storage = await openStorage(env, { ...SMALL, ...index, ...options });
      opened.push(storage);
      return storage;
    },
    async dispose() {
      for (const storage of opened) await storage.close().catch(() => undefined);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function hostEnvironment(dataDir: string, files: FileLayer): HostEnvironment {
  return {
    options: { dataDir, aeTitle: 'ALTERNATOR', dicomHost: '127.0.0.1', dicomPort: 0, accept: [], demo: false, rebuildIndex: false, workersDir: '' },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    files,
    log: silentLogger,
  };
}

export interface TestObject {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  readonly TransferSyntaxUID: string;
  readonly bytes: Uint8Array;
}

/** A small image; `n` names it. `pixelBytes` sets its size. */
export function testObject(n: number, image: SampleImage & { pixelBytes?: number } = {}): TestObject {
  const { pixelBytes, ...rest } = image;
  const columns = pixelBytes === undefined ? 6 : Math.ceil(pixelBytes / 8);
  const pixels = new Uint8Array(columns * 8).map((_, at) => (n * 31 + at) % 251);
  const SOPInstanceUID = image.SOPInstanceUID ?? `2.25.${String(5000 + n)}`;
  const elements = sampleImage({ Rows: 4, Columns: columns, pixels, InstanceNumber: n, ...rest, SOPInstanceUID });
  return { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID, TransferSyntaxUID: EXPLICIT_LE, bytes: encodeDataSet(elements) };
}

/** Sends one object as an association would, in PDV-sized pieces. */
export async function store(cache: Cache, object: TestObject, source: ObjectSource = SENDER, pieceBytes = 4000): Promise<StoreOutcome> {
  const { bytes, ...ids } = object;
  const writer = cache.store.receive({ ...ids, source });
  for (let at = 0; at < bytes.length; at += pieceBytes) if (!writer.write(bytes.subarray(at, at + pieceBytes))) await writer.drained();
  return writer.finish();
}

/** The data-set bytes that the cache gives back for a SOP Instance UID. */
export async function readBack(storage: Storage, SOPInstanceUID: string): Promise<Uint8Array | undefined> {
  const record = storage.index.instanceByUid(SOPInstanceUID);
  if (record === undefined) return undefined;
  return storage.cache.readRange(record.id, 0, record.sizeBytes);
}

/** The nth object of the crash test, the same in the child and in the test; every ninth is streamed to a file of its own. */
export function crashObject(n: number): TestObject {
  return testObject(n, { pixelBytes: n % 9 === 0 ? 60_000 : 500 + ((n * 7919) % 9000) });
}
