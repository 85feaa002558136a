/** Seed of a random test: `ALTERNATOR_SEED`, or of this moment. The test prints it. */
export function testSeed(): number {
  const given = Number(process.env['ALTERNATOR_SEED'] ?? Number.NaN);
  return Number.isSafeInteger(given) ? given : Date.now() % 1_000_000_007;
}

/** Mulberry32: the same numbers in [0, 1) for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
