import { describe, expect, it } from 'vitest';
import { conformanceOf, displayLevel, distinctGreys, ditherThreshold, gsdfDisplayTable, LIMITS, measuredLevels } from '@shared/grayscale';

const GAMMAS = [1.8, 2.0, 2.2, 2.4];
const BLACKS = [0.3, 0.5, 0.7, 1.0];
const WHITES = [250, 350, 500, 1000];
const AMBIENT = [0, 0.2, 1];

interface Panel {
  readonly gamma: number;
  readonly black: number;
  readonly white: number;
  readonly ambient: number;
}
const panels: readonly Panel[] = GAMMAS.flatMap((gamma) =>
  BLACKS.flatMap((black) => WHITES.flatMap((white) => AMBIENT.map((ambient) => ({ gamma, black, white, ambient })))),
);

/** What a meter would read of a patch: `steps` levels of output between two of 8 bits, or the mean over the pattern of dithering. */
function measured({ gamma, black, white, ambient }: Panel, output: 'nearest' | 'dithered' | 'tenBit') {
  const glass = (level: number): number => black + (white - black) * (level / 255) ** gamma;
  const points = measuredLevels(18);
  const table = gsdfDisplayTable(points.map((level) => glass(level) + ambient));
  const send = (level: number): number => {
    if (output === 'nearest') return glass(Math.floor(level + 0.5));
    if (output === 'tenBit') return glass((Math.round((level / 255) * 1023) / 1023) * 255);
    let sum = 0;
    for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) sum += glass(Math.min(255, Math.floor(level + 1 - ditherThreshold(x, y))));
    return sum / 64;
  };
  const verdict = conformanceOf(
    points.map((ddl) => ({ ddl, luminance: send(displayLevel(ddl / 255, table)) })),
    ambient,
  );
  return { worst: verdict.worst, error: Math.abs(verdict.worst.error), greys: distinctGreys(table) };
}

const percent = (share: number): string => `${(share * 100).toFixed(1).padStart(5)} %`;

describe('simulated panels, gamma 1.8 to 2.4, black 0.3 to 1, white 250 to 1000 cd/m², with ambient light', () => {
  const all = panels.map((panel) => {
    const [nearest, dithered, tenBit] = [measured(panel, 'nearest'), measured(panel, 'dithered'), measured(panel, 'tenBit')];
    return { panel, nearest, dithered, tenBit };
  });

  it('are within 10 % at 18 points by 10 bits and by dithered 8 bits, all of them', () => {
    for (const { panel, dithered, tenBit } of all) {
      expect(tenBit.error, JSON.stringify(panel)).toBeLessThanOrEqual(LIMITS.contrastError);
      expect(dithered.error, JSON.stringify(panel)).toBeLessThanOrEqual(LIMITS.contrastError);
    }
  });

  it('of 8 bits without dithering fail where nearest levels cannot reach it, and the step is named', () => {
    const failed = all.filter(({ nearest }) => nearest.error > LIMITS.contrastError);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(all.length / 2);
    for (const { nearest } of failed) expect(nearest.worst.to - nearest.worst.from).toBe(15);
    const most = failed.reduce((worst, one) => (one.nearest.error > worst.nearest.error ? one : worst));
    process.stdout.write(
      `${failed.length} of ${all.length} undithered 8-bit panels are beyond 10 %, the worst by ${percent(most.nearest.error)} (grey ${most.nearest.worst.from} to ${most.nearest.worst.to})\n`,
    );
  });

  it('tell fewer than 256 greys apart through a table, and 1,000 or more with dithering', () => {
    for (const { panel, nearest } of all) {
      expect(nearest.greys.nearest, JSON.stringify(panel)).toBeLessThan(256);
      expect(nearest.greys.dithered, JSON.stringify(panel)).toBeGreaterThanOrEqual(1000);
    }
    process.stdout.write('gamma black white ambient |  8 bit  dithered  10 bit | greys  dithered\n');
    for (const { panel, nearest, dithered, tenBit } of all.filter(({ panel: { black, ambient } }) => black === 0.5 && ambient === 0.2)) {
      const { gamma, black, white, ambient } = panel;
      const line = `${gamma.toFixed(1).padStart(5)} ${black.toFixed(1).padStart(5)} ${String(white).padStart(5)} ${ambient.toFixed(1).padStart(7)}`;
      process.stdout.write(
        `${line} | ${percent(nearest.error)} ${percent(dithered.error)} ${percent(tenBit.error)} | ${nearest.greys.nearest} ${nearest.greys.dithered}\n`,
      );
    }
  });
});

describe('the pattern of dithering', () => {
  it('has each of 64 thresholds once, so that the mean of a patch is the level asked for, to a 64th', () => {
    const thresholds = Array.from({ length: 64 }, (_, at) => ditherThreshold(at % 8, at >> 3)).sort((a, b) => a - b);
    expect(thresholds).toEqual(Array.from({ length: 64 }, (_, at): unknown => expect.closeTo((at + 0.5) / 64, 12)));
    expect(ditherThreshold(8, 16)).toBe(ditherThreshold(0, 0));
  });
});
