import { type Channel, parsePixelReply } from '@shared/contract';
import { type Codecs, cutTile, decodeFrame, needsCodecs, pictureFormat, type StoredArray, storedType, storedView, valuesPerFrame } from '@shared/pixel';
import type { FromDecodeWorker, ToDecodeWorker } from '../imaging';
import { WARM_FRAMES, type WarmFrame } from './warm-frames';

/** Asked for and never touched: it costs nothing, and the collector counts it. */
const PRESSURE_BYTES = 2 ** 28;
const IDLE_MS = 300;
/** Decodings of a small picture in one turn. */
const WARM_ROUNDS_A_TURN = 16;

type Load = Extract<ToDecodeWorker, { kind: 'load' }>;

/** The worker's work without the worker: asks for frames over its pixel port, decodes them into shared memory. */
export interface DecodeCore {
  load(message: Load): void;
  cancel(job: number): void;
  /** Loads the codecs before a frame needs them, and has each decode a small picture until it is compiled well, as long as nobody wants a frame. */
  warm(): void;
  /** The port to services/pixel; an earlier one is given up, what was asked on it has failed. */
  usePort(channel: Channel): void;
}

/** `loadCodecs` is called when the first coded frame is there, and again after it failed. */
export function createDecodeCore(post: (message: FromDecodeWorker) => void, loadCodecs: () => Promise<Codecs>): DecodeCore {
  const pending = new Map<number, Load>();
  let channel: Channel | undefined;
  let codecs: Codecs | undefined;
  let loading: Promise<void> | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let isWarmed = false;
  /** When a frame was asked for, or came, last. */
  let wantedAtMs = -Infinity;
  /** The picture of tiles that was decoded last: all its slices are wanted one after the other. */
  let picture: { readonly of: string; readonly values: StoredArray } | undefined;

  function failAll(): void {
    for (const job of [...pending.keys()]) fail(job, 'disconnected', 'the services went away');
  }

  function fail(job: number, code: Extract<FromDecodeWorker, { kind: 'failed' }>['code'], reason: string): void {
    if (pending.delete(job)) post({ kind: 'failed', job, code, reason });
  }

  function receive(raw: unknown): void {
    const reply = parsePixelReply(raw);
    const load = reply === undefined ? undefined : pending.get(reply.id);
    if (reply === undefined || load === undefined) return; // cancelled, or nothing of ours
    if (!reply.ok) {
      fail(load.job, reply.error.code, reply.error.message);
      return;
    }
    const { bytes, TransferSyntaxUID } = reply;
    const decode = (): void => {
      decodeInto(load, bytes, TransferSyntaxUID);
      wantedAtMs = performance.now(); // the page draws it now
      giveBack(bytes.buffer);
      collectWhenIdle();
    };
    if (codecs !== undefined || !needsCodecs(TransferSyntaxUID)) {
      decode();
      return;
    }
    withCodecs().then(
      () => pending.get(load.job) === load && decode(),
      (error: unknown) => fail(load.job, 'internal', `the decoders could not be loaded: ${error instanceof Error ? error.message : 'unknown fault'}`),
    );
  }

  /** Behind the last frame of a set: the messages that brought the frames are dead, and nothing would make the collector look for a long time. */
  function collectWhenIdle(): void {
    clearTimeout(idle);
    idle = setTimeout(() => giveBack(new ArrayBuffer(PRESSURE_BYTES)), IDLE_MS);
  }

  async function withCodecs(): Promise<void> {
    loading ??= loadCodecs().then((loaded) => {
      codecs = loaded;
    });
    try {
      await loading;
    } finally {
      loading = undefined;
    }
  }

  /** A few decodings a turn, the very first one alone: what somebody wants meanwhile goes first, and what is left is done behind it. */
  function warmUp([next, ...rest]: readonly WarmFrame[], round = 0): void {
    if (next === undefined || codecs === undefined) return;
    if (pending.size > 0 || performance.now() - wantedAtMs < IDLE_MS) {
      setTimeout(() => warmUp([next, ...rest], round), IDLE_MS);
      return;
    }
    const bytes = Uint8Array.from(atob(next.bytes), (letter) => letter.charCodeAt(0));
    const until = round === 0 ? 1 : Math.min(next.rounds, round + WARM_ROUNDS_A_TURN);
    for (; round < until; round++) decodeFrame(bytes, next.format, next.TransferSyntaxUID, undefined, codecs);
    setTimeout(() => (round < next.rounds ? warmUp([next, ...rest], round) : warmUp(rest)));
  }

  function decodeInto({ job, frame, target }: Load, bytes: Uint8Array, TransferSyntaxUID: string): void {
    if (needsCodecs(TransferSyntaxUID)) post({ kind: 'decoding', job });
    try {
      const { format, tile } = frame;
      const decoded =
        tile === undefined
          ? decodeFrame(bytes, format, TransferSyntaxUID, placeOf(frame, target), codecs)
          : decodeFrame(bytes, pictureFormat(format, tile), TransferSyntaxUID, undefined, codecs);
      if (!decoded.ok) fail(job, decoded.kind === 'corrupt' ? 'corrupt' : 'cannotDecode', decoded.reason);
      else if (tile !== undefined) serveTiles(pictureOf(frame), decoded.values);
      else if (pending.delete(job)) post({ kind: 'loaded', job });
    } catch (error) {
      fail(job, 'internal', error instanceof Error ? error.message : 'the decoder failed');
    }
  }

  /** Everybody who waits for a tile of this picture gets it now. */
  function serveTiles(of: string, values: StoredArray): void {
    picture = { of, values };
    for (const load of [...pending.values()]) {
      if (load.frame.tile === undefined || pictureOf(load.frame) !== of) continue;
      channel?.post({ cancel: load.job });
      serveTile(load, values);
    }
  }

  function serveTile({ job, frame, target }: Load, values: StoredArray): void {
    if (frame.tile !== undefined) cutTile(values, frame.format, frame.tile, placeOf(frame, target));
    if (pending.delete(job)) post({ kind: 'loaded', job });
  }

  return {
    load(message) {
      pending.set(message.job, message);
      wantedAtMs = performance.now();
      if (channel === undefined) {
        fail(message.job, 'disconnected', 'no way to the services yet');
        return;
      }
      const { instanceId, frameIndex, tile } = message.frame;
      if (tile !== undefined && picture?.of === pictureOf(message.frame)) {
        serveTile(message, picture.values);
        return;
      }
      channel.post({ id: message.job, instanceId, frameIndex, priority: message.priority });
    },
    cancel(job) {
      if (!pending.has(job)) return;
      channel?.post({ cancel: job });
      fail(job, 'cancelled', 'cancelled');
    },
    warm() {
      // Also where a frame of one codec was decoded already: the others are cold.
      if (isWarmed) return;
      isWarmed = true;
      (codecs === undefined ? withCodecs() : Promise.resolve()).then(
        () => warmUp(WARM_FRAMES),
        () => (isWarmed = false), // the first coded frame tries again, and says it
      );
    },
    usePort(next) {
      channel?.close();
      failAll();
      channel = next;
      next.onMessage((raw) => {
        if (channel === next) receive(raw);
      });
      next.onClose(() => {
        if (channel !== next) return;
        channel = undefined;
        failAll();
        post({ kind: 'portLost' });
      });
    },
  };
}

function placeOf({ format }: Load['frame'], { buffer, byteOffset }: Load['target']): StoredArray {
  return storedView(storedType(format), buffer, byteOffset, valuesPerFrame(format));
}

/** Names the whole picture that a tile is cut from. */
function pictureOf({ instanceId, frameIndex }: Load['frame']): string {
  return `${instanceId}:${frameIndex}`;
}

/** Frees memory at once that a collector would see late: a worker that is handed half a megabyte a frame holds dozens of frames else. */
function giveBack(bytes: ArrayBuffer): void {
  const { transfer } = bytes as { transfer?: (length: number) => ArrayBuffer };
  transfer?.call(bytes, 0); // Chromium has it, the older Node of the tests does not
}
