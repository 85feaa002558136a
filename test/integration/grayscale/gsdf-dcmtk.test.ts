import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { displayLevel, gsdfDisplayTable, gsdfJndByPolynomial, gsdfLuminance, outputLevel } from '@shared/grayscale';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peer, peerEnv } from '../../support/peers';

const dcmdspfn = peer('dcmdspfn');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-gsdf-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Rows of numbers that dcmdspfn writes. */
function curves(args: readonly string[]): number[][] {
  const path = join(folder, 'curve.txt');
  const run = spawnSync(dcmdspfn ?? '', [...args, '+Og', path], { encoding: 'utf8', env: peerEnv(), timeout: 60_000 });
  if (run.status !== 0) return expect.fail(run.stderr);
  return readFileSync(path, 'latin1')
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split('\t').map(Number));
}

describe.skipIf(dcmdspfn === undefined)('the Grayscale Standard Display Function against DCMTK', () => {
  it.each([
    [1, 350],
    [0.5, 250],
    [1.2, 420],
    [0.06, 3900],
  ])('has its target luminances between %d and %d cd/m², its ends by the polynomial inverse as DCMTK takes them', (low, high) => {
    const rows = curves(['+Il', String(low), String(high), '+Cd', '256']);
    expect(rows).toHaveLength(256);
    const [least, most] = [gsdfJndByPolynomial(low), gsdfJndByPolynomial(high)];
    for (const [level, luminance] of rows) {
      const ours = gsdfLuminance(least + ((most - least) * (level ?? 0)) / 255);
      expect(Math.abs(ours / (luminance ?? 0) - 1), `level ${level}`).toBeLessThan(1e-4);
    }
  });

  it.each([1.8, 2.2, 2.4])('chooses for each P-value of a panel of gamma %d the level that DCMTK chooses, or its neighbour', (gamma) => {
    const luminances = Array.from({ length: 256 }, (_, level) => Number((0.8 + 399.2 * (level / 255) ** gamma).toFixed(6)));
    const file = join(folder, 'panel.lut');
    writeFileSync(file, `max 255\n${luminances.map((luminance, level) => `${level} ${luminance}`).join('\n')}\n`);
    const display = gsdfDisplayTable(luminances);
    let same = 0;
    for (const [at, , , achieved] of curves(['+Im', file])) {
      const theirs = luminances.findIndex((luminance) => Math.abs(luminance - (achieved ?? NaN)) < 1e-5);
      const ours = outputLevel(displayLevel((at ?? 0) / 255, display));
      expect(theirs, `level ${at}`).toBeGreaterThanOrEqual(0);
      expect(Math.abs(theirs - ours), `P-value ${at}: ours ${ours}, theirs ${theirs}`).toBeLessThanOrEqual(1);
      if (theirs === ours) same++;
    }
    expect(same).toBeGreaterThan(240);
  });
});
