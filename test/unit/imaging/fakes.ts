import { type DisplaySet, type ImageFrame, InstanceId, type PresentationState, SeriesUid, SopInstanceUid, StudyUid } from '@shared/domain';
import { storedType, storedView, valuesPerFrame } from '@shared/pixel';
import {
  createImageLibrary,
  createPixelPool,
  type DecodeWorker,
  type FromDecodeWorker,
  type PixelPool,
  type PixelPoolOptions,
  type ToDecodeWorker,
} from '../../../renderer/imaging';

export type Load = Extract<ToDecodeWorker, { kind: 'load' }>;

/** A decode worker that the test plays. */
export class FakeWorker implements DecodeWorker {
  readonly loads: Load[] = [];
  readonly cancelled: number[] = [];
  ports = 0;
  warmed = 0;
  terminated = false;
  private listener: ((message: FromDecodeWorker) => void) | undefined;
  private errorListener: ((reason: string) => void) | undefined;

  post(message: ToDecodeWorker): void {
    if (message.kind === 'port') this.ports++;
    else if (message.kind === 'load') this.loads.push(message);
    else if (message.kind === 'cancel') this.cancelled.push(message.job);
    else this.warmed++;
  }
  onMessage(listener: (message: FromDecodeWorker) => void): void {
    this.listener = listener;
  }
  onError(listener: (reason: string) => void): void {
    this.errorListener = listener;
  }
  terminate(): void {
    this.terminated = true;
  }
  say(message: FromDecodeWorker): void {
    this.listener?.(message);
  }
  die(reason: string): void {
    this.errorListener?.(reason);
  }
  /** Fills the frame's place with its instance id and ends the job. */
  finish(load: Load): void {
    this.loads.splice(this.loads.indexOf(load), 1);
    const { frame, target } = load;
    storedView(storedType(frame.format), target.buffer, target.byteOffset, valuesPerFrame(frame.format)).fill(frame.instanceId);
    this.say({ kind: 'loaded', job: load.job });
  }
  fail(load: Load, code: 'cancelled' | 'disconnected' | 'corrupt', reason: string): void {
    this.loads.splice(this.loads.indexOf(load), 1);
    this.say({ kind: 'failed', job: load.job, code, reason });
  }
}

export interface FakePool {
  readonly pool: PixelPool;
  readonly workers: FakeWorker[];
  /** The worker in use, the only one unless the test asks for more. */
  readonly worker: FakeWorker;
  readonly reports: string[];
}

const deadPort = { close: () => undefined } as unknown as MessagePort;

export async function fakePool(options: Partial<PixelPoolOptions> = {}): Promise<FakePool> {
  const workers: FakeWorker[] = [];
  const reports: string[] = [];
  const pool = createPixelPool({
    spawn: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    ports: async (count) => await Promise.resolve(Array.from({ length: count }, () => deadPort)),
    workers: 1,
    inFlightPerWorker: 2,
    report: (text) => reports.push(text),
    ...options,
  });
  await settle();
  return {
    pool,
    workers,
    reports,
    get worker() {
      return workers[workers.length - 1] as FakeWorker;
    },
  };
}

/** Lets promises that are due run. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) await Promise.resolve();
}

export const ROWS = 4;
export const COLUMNS = 4;
export const FRAME_BYTES = ROWS * COLUMNS * 2;

export function frame(id: number, changes: Partial<ImageFrame> = {}): ImageFrame {
  return {
    instanceId: InstanceId.parse(id),
    SOPInstanceUID: SopInstanceUid.parse(`1.2.${id}`),
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
    TransferSyntaxUID: '1.2.840.10008.1.2.1',
    frameIndex: 0,
    numberOfFrames: 1,
    InstanceNumber: String(id),
    format: {
      Rows: ROWS,
      Columns: COLUMNS,
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      BitsAllocated: 16,
      BitsStored: 16,
      HighBit: 15,
      PixelRepresentation: 0,
    },
    spacingBasis: 'none',
    windows: [],
    AcquisitionTime: '',
    FrameOfReferenceUID: '',
    ...changes,
  };
}

export function displaySet(ids: readonly number[], changes: Partial<DisplaySet> = {}): DisplaySet {
  return {
    id: 'set',
    StudyInstanceUID: StudyUid.parse('1.2'),
    SeriesInstanceUID: SeriesUid.parse('1.2.3'),
    kind: 'image',
    Modality: 'CT',
    SeriesNumber: '1',
    SeriesDescription: '',
    splitReason: '',
    label: '',
    frames: ids.map((id) => frame(id)),
    notes: [],
    ...changes,
  };
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** A state of the frame `frame(1)` that changes nothing. */
export const presentationState = (more: Partial<PresentationState> = {}): PresentationState => ({
  instanceId: 9 as InstanceId,
  SOPInstanceUID: '2.25.9',
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.11.1',
  kind: 'greyscale',
  label: 'LABEL',
  description: '',
  creator: '',
  created: '',
  images: [{ SOPInstanceUID: frame(1).SOPInstanceUID, frames: [] }],
  voi: [],
  presentationLutShape: 'IDENTITY',
  masks: [],
  native: [],
  frameShutters: [],
  overlays: [],
  overlayLayers: [],
  areas: [],
  rotationDeg: 0,
  flipped: false,
  layers: [],
  annotations: [],
  problems: [],
  ...more,
});

/** Room for everything. */
export const PLENTY = 1e9;

/** A library over a pool whose worker the test plays. */
export async function library(budgetBytes = PLENTY, options = {}) {
  const fake = await fakePool(options);
  return { fake, library: createImageLibrary({ pool: fake.pool, budgetBytes }) };
}

/** Ends everything under way until nothing is; the instance ids in the order in which they were asked for. */
export function drain(fake: FakePool, most = Infinity): number[] {
  const order: number[] = [];
  for (let load = fake.worker.loads[0]; load !== undefined && order.length < most; load = fake.worker.loads[0]) {
    order.push(load.frame.instanceId);
    fake.worker.finish(load);
  }
  return order;
}
