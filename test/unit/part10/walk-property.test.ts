import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDataSetWalker, walkDataSet, type WalkResult } from '../../../electron/services/part10';
import { concatBytes, el, encodeDataSet, sampleImage, sq, type Element, type Encoding } from '../../support/dicom';

const SEED = Number(process.env['ALTERNATOR_SEED'] ?? 20261122);
const SYNTAX: Record<Encoding, string> = { explicitLE: '1.2.840.10008.1.2.1', implicitLE: '1.2.840.10008.1.2', explicitBE: '1.2.840.10008.1.2.2' };

/** A data set with every kind of structure in it. */
function rich(encoding: Encoding): Uint8Array {
  const deep = sq(0x00409096, [[el(0x00280030, 'DS', '1\\2'), sq(0x0040a730, [[el(0x0040a160, 'UT', 'x'.repeat(90))], []], { undefinedLength: false })]]);
  const extra: Element[] = [
    deep,
    sq(0x00081140, [[el(0x00081150, 'UI', '1.2')]], { undefinedLength: false, undefinedItems: false }),
    el(0x00290010, 'LO', 'PRIVATE'),
    sq(0x00291010, [[el(0x00081150, 'UI', '1.2')]], { vr: 'UN' }),
    el(0x7fe00001, 'OV', [0, 16]),
    el(0xfffcfffc, 'OB', new Uint8Array(30)),
  ];
  return encodeDataSet(sampleImage({ fragments: [new Uint8Array(8), new Uint8Array(20)], offsets: [0, 16], extra }), encoding);
}

function walkInPieces(bytes: Uint8Array, cuts: readonly number[], TransferSyntaxUID: string): WalkResult | Promise<WalkResult> {
  const walker = createDataSetWalker({ TransferSyntaxUID });
  let at = 0;
  for (const cut of [...cuts, bytes.length]) {
    // A buffer of its own that is overwritten afterwards: the walker must have copied what it needs.
    const piece = bytes.slice(at, cut);
    walker.write(piece);
    piece.fill(0xee);
    at = cut;
  }
  return walker.finish();
}

function sortedCuts(length: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(length), { maxLength: 40 }).map((cuts) => cuts.sort((a, b) => a - b));
}

/** Small deterministic generator (mulberry32): the seed says it all. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  const out = bytes.slice();
  const at = Math.floor(next() * out.length);
  switch (Math.floor(next() * 6)) {
    case 0:
      out[at] = Math.floor(next() * 256);
      return out;
    case 1:
      return out.subarray(0, at);
    case 2:
      out.fill(0xff, at, at + 4);
      return out;
    case 3:
      return concatBytes([out.subarray(0, at), out.subarray(at + 1 + Math.floor(next() * 9))]);
    case 4:
      return concatBytes([out.subarray(0, at), out.subarray(Math.floor(next() * out.length)), out.subarray(at)]);
    default:
      for (let count = 0; count < 8; count += 1) out[Math.floor(next() * out.length)] = Math.floor(next() * 256);
      return out;
  }
}

describe(`walks of arbitrary bytes, seed ${String(SEED)}`, () => {
  it.each(['explicitLE', 'implicitLE', 'explicitBE'] as const)('any cut of the stream gives the same result in %s', (encoding) => {
    const bytes = rich(encoding);
    const whole = walkDataSet(bytes, { TransferSyntaxUID: SYNTAX[encoding] });
    expect(whole.ok).toBe(true);
    expect(walkInPieces(bytes, [...bytes.keys()], SYNTAX[encoding])).toEqual(whole);
    fc.assert(
      fc.property(sortedCuts(bytes.length), (cuts) => {
        expect(walkInPieces(bytes, cuts, SYNTAX[encoding])).toEqual(whole);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it('any cut of a deflated stream gives the same result', async () => {
    const uid = '1.2.840.10008.1.2.1.99';
    const bytes = Uint8Array.from(deflateRawSync(rich('explicitLE')));
    const whole = walkDataSet(bytes, { TransferSyntaxUID: uid });
    expect(whole.ok).toBe(true);
    await fc.assert(
      fc.asyncProperty(sortedCuts(bytes.length), async (cuts) => {
        expect(await walkInPieces(bytes, cuts, uid)).toEqual(whole);
      }),
      { seed: SEED, numRuns: 30 },
    );
  });

  it('4500 mutated data sets end in a verdict, the same whatever the cuts', () => {
    const next = random(SEED);
    const verdicts = new Map<string, number>();
    for (const encoding of ['explicitLE', 'implicitLE', 'explicitBE'] as const) {
      const bytes = rich(encoding);
      for (let run = 0; run < 1500; run += 1) {
        const mutated = mutate(bytes, next);
        const whole = walkDataSet(mutated, { TransferSyntaxUID: SYNTAX[encoding] });
        const cut = Math.floor(next() * mutated.length);
        expect(walkInPieces(mutated, [cut, Math.min(mutated.length, cut + 5)], SYNTAX[encoding])).toEqual(whole);
        const verdict = whole.ok ? 'accepted' : whole.reason.code;
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
        if (!whole.ok) expect(whole.reason.text).toMatch(/^[\x20-\x7e]{1,64}$/);
        else expect(whole.length).toBe(mutated.length);
      }
    }
    for (const verdict of ['accepted', 'truncated', 'badItem', 'lengthBeyondParent', 'missingUid']) expect(verdicts.get(verdict)).toBeGreaterThan(0);
  });

  it('random bytes end in a verdict', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), fc.constantFrom(...Object.values(SYNTAX)), (bytes, TransferSyntaxUID) => {
        expect(walkDataSet(bytes, { TransferSyntaxUID }).ok).toBe(false);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
