import { associateRq, commandPdu, CT, dataPdu, echoCommand, ELE, ILE, storeCommand, VERIFICATION } from './ul-client';
import { encodeReleaseRq } from '../../electron/services/dimse/pdu';

/** A small seeded generator (mulberry32): the same seed gives the same streams. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

const associate = associateRq({
  contexts: [
    { id: 1, abstractSyntax: CT, transferSyntaxes: [ILE, ELE] },
    { id: 3, abstractSyntax: VERIFICATION, transferSyntaxes: [ILE] },
  ],
});
const dataSet = Buffer.concat([Buffer.from('080005000a00000049534f5f49522031303008001800080000003132332e3435362e', 'hex'), Buffer.alloc(600, 3)]);

/** Well-formed PDUs from which the streams are made. */
const pieces: readonly (() => Buffer)[] = [
  () => commandPdu(1, storeCommand(1)),
  () => dataPdu(1, dataSet),
  () => Buffer.concat([commandPdu(1, storeCommand(2)), dataPdu(1, dataSet)]),
  () => commandPdu(3, echoCommand(3)),
  () => encodeReleaseRq(),
  () => associate,
];

const interesting = [0, 1, 2, 3, 0x7f, 0x80, 0xfe, 0xff];

/** Changes of bytes: what a bit error, a broken sender or an attacker makes of a stream. */
const mutations: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => {
    for (let count = 1 + below(random, 8); count > 0; count--) bytes[below(random, bytes.length)] = below(random, 256);
    return bytes;
  },
  (bytes, random) => {
    for (let count = 1 + below(random, 3); count > 0; count--) bytes[below(random, bytes.length)] = interesting[below(random, interesting.length)] ?? 0;
    return bytes;
  },
  (bytes, random) => bytes.subarray(0, below(random, bytes.length + 1)),
  (bytes, random) => {
    const at = below(random, bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 16))]);
  },
  (bytes, random) => {
    const at = below(random, bytes.length);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(Array.from({ length: 1 + below(random, 32) }, () => below(random, 256))), bytes.subarray(at)]);
  },
  (bytes, random) => {
    if (bytes.length < 8) return bytes;
    bytes.writeUInt32BE([0, 1, 0xffffffff, 0x7fffffff, bytes.length, 0x20000][below(random, 6)] ?? 0, below(random, bytes.length - 4));
    return bytes;
  },
  (bytes) => Buffer.concat([bytes, bytes]),
];

/** `rest` is for the time after the association was accepted: before it a P-DATA-TF ends everything (Sta3, AA-8). */
export interface HostileStream {
  readonly opening: Buffer;
  readonly rest: Buffer;
}

/**
 * One hostile stream: mostly a good association with changed messages behind it, now and then a changed association or
 * noise alone. Deterministic in `random`.
 */
export function hostileStream(random: Random): HostileStream {
  const kind = random();
  if (kind < 0.05) return { opening: Buffer.from(Array.from({ length: below(random, 400) }, () => below(random, 256))), rest: Buffer.alloc(0) };
  const mutate = (bytes: Buffer): Buffer => {
    let changed: Buffer = Buffer.from(bytes);
    for (let count = 1 + below(random, 3); count > 0 && changed.length > 0; count--) {
      changed = mutations[below(random, mutations.length)]?.(changed, random) ?? changed;
    }
    return changed;
  };
  const opening = kind < 0.3 ? mutate(associate) : associate;
  const parts: Buffer[] = [];
  for (let count = 1 + below(random, 4); count > 0; count--) {
    const piece = pieces[below(random, pieces.length)]?.() ?? associate;
    parts.push(random() < 0.5 ? mutate(piece) : piece);
  }
  return { opening, rest: Buffer.concat(parts) };
}
