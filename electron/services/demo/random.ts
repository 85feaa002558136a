import { createHash } from 'node:crypto';

/** A stream of pseudo-random numbers that depends on its seed alone. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  range(low: number, high: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
}

/** 32-bit seed from a number and a name: independent streams for independent parts of one patient. */
export function subSeed(seed: number, name: string): number {
  return createHash('sha256').update(`${seed}/${name}`).digest().readUInt32LE(0);
}

/** xoshiro-like small generator (sfc32): fast, and good enough for textures and branching. */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88 ^ (seed << 7);
  let c = 0xb7e15162 ^ (seed >>> 9);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return {
    next,
    range: (low, high) => low + (high - low) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** Raised whenever the generator makes other bytes: the objects of two versions are different objects, so they must have different UIDs. */
const GENERATOR_VERSION = 4;

/** What the bytes of a demo object depend on, besides its name and the generator. */
export interface DemoOrigin {
  readonly seed: number;
  /** Day of the newest study, YYYYMMDD. */
  readonly today: string;
}

/** UID made from a hash under the UUID arc 2.25 (PS3.5 B.2): the same origin and name always give the same UID, anything else another. */
export function demoUid({ seed, today }: DemoOrigin, name: string): string {
  const bytes = createHash('sha256').update(`alternator demo ${GENERATOR_VERSION} ${seed} ${today} ${name}`).digest().subarray(0, 16);
  // Version and variant bits of RFC 4122 (version 8: free form), so that the 2.25 number is a well-formed UUID.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`).toString(10)}`;
}
