import type { Lend } from './types';

/** Memory of frames that are on their way: new memory for each (zeroed, touched for the first time) costs as much as to read the frame. */
export interface FrameMemory {
  loan(): Loan;
}

/** What one frame is read into; given back when it was sent. */
export interface Loan {
  readonly lend: Lend;
  end(): void;
}

/** Frames of one series are about equally long: so much longer than asked for a memory may be. */
const GRAIN_BYTES = 4096;
/** Shorter ones cost nothing. */
const LEAST_BYTES = 64 * 1024;
/** What waits to be used again at most. */
const IDLE_BYTES = 8 * 2 ** 20;

export function frameMemory(): FrameMemory {
  /** Least recently used first. */
  const idle: ArrayBuffer[] = [];

  function take(bytes: number): ArrayBuffer {
    const at = idle.findIndex(({ byteLength }) => byteLength === bytes);
    return (at < 0 ? undefined : idle.splice(at, 1)[0]) ?? new ArrayBuffer(bytes);
  }

  function giveBack(buffer: ArrayBuffer): void {
    idle.push(buffer);
    let sum = idle.reduce((total, { byteLength }) => total + byteLength, 0);
    while (sum > IDLE_BYTES) sum -= idle.shift()?.byteLength ?? 0;
  }

  return {
    loan() {
      const lent: ArrayBuffer[] = [];
      return {
        lend(length) {
          if (length < LEAST_BYTES) return new Uint8Array(length);
          const buffer = take(Math.ceil(length / GRAIN_BYTES) * GRAIN_BYTES);
          lent.push(buffer);
          return new Uint8Array(buffer, 0, length);
        },
        end: () => lent.splice(0).forEach(giveBack),
      };
    },
  };
}
