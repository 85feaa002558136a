import { type EdidIdentity, matchMonitors, modeOf, type ScreenInfo } from '@shared/domain';
import { gsdfDisplayTable, gsdfLuminance, measuredLevels, readCalibration } from '@shared/grayscale';
import { describe, expect, it } from 'vitest';
import { calibrationFile, measurementCsv } from '../../../renderer/features/display/export';
import { DISCS, picturePattern, smptePattern } from '../../../renderer/features/display/patterns-layouts';
import { evenPattern, linePattern, patchPattern, patternPixels, qualityPattern, uniformityPattern } from '../../../renderer/features/display/patterns';
import { checked, readCsv } from '../../../renderer/features/display/readings';
import { edidFacts } from '../../../renderer/features/display/edid-facts';
import { signedWords } from '../../../renderer/features/display/signed-words';
import { createMeasurement } from '../../../renderer/features/display/use-measurement';
import { jndSteps } from '../../../renderer/features/display/verdict-figures';

const screen: ScreenInfo = {
  ...{ id: '1', label: '=DIAG', width: 1920, height: 1080, scaleFactor: 1, rotation: 0, colorDepth: 24 },
  ...{ colorSpace: 'srgb', frequency: 60, primary: true, here: true },
};
const monitor = matchMonitors([screen], [])[0] ?? expect.fail('no monitor');
const panel = (level: number) => 0.9 + 399 * (level / 255) ** 2.2;

describe('readings from a file', () => {
  it('are pairs, or luminances of evenly spaced greys, with heads left out', () => {
    expect(readCsv('grey,cd/m2\n0,0.5\n128,80\n255,350\n')).toEqual({
      points: [
        { ddl: 0, luminance: 0.5 },
        { ddl: 128, luminance: 80 },
        { ddl: 255, luminance: 350 },
      ],
    });
    expect(readCsv('0,5\n80\n350')).toMatchObject({ reason: 'some lines have one number and some two' });
    expect(readCsv('Grau;cd/m²\n0;0,5\n128;80,25\n255;350')).toMatchObject({ points: [{ luminance: 0.5 }, { luminance: 80.25 }, { luminance: 350 }] });
    const eighteen = measuredLevels(18).map((level) => panel(level).toFixed(4));
    expect(readCsv(eighteen.join('\n'))).toMatchObject({ points: measuredLevels(18).map((ddl) => ({ ddl })) });
  });

  it.each([
    ['nothing', '', '0 readings: 18, 52 or 256 are asked for'],
    ['no white', '0 1\n10 2\n20 3', 'black (0) and white (255) must be among the readings'],
    ['a grey twice', '0 1\n0 2\n255 3', 'grey 0 stands after grey 0'],
    ['falling luminance', '0 1\n100 50\n255 3', 'grey 255 is darker than grey 100: measure these again'],
    ['a light that no display has', '0 1\n100 50\n255 99999', '99999 cd/m² is no luminance of a display'],
    ['letters', '0 1\n1x 2\n255 3', 'this line is no reading: 1x 2'],
    ['a novel', '1 '.repeat(100_001), 'the file is too large for a measurement'],
  ])('with %s are refused in words', (_, text, reason) => {
    expect(readCsv(text)).toEqual({ reason });
  });
});

describe('patterns', () => {
  it('lie on the pixels of the monitor: patch of a tenth, edges at the edge, line pairs of one pixel', () => {
    const patch = patchPattern(400, 300, 200, 50);
    expect(patch.values.filter((value) => value === 200).length / patch.values.length).toBeCloseTo(0.1, 2);
    const quality = qualityPattern(1920, 1080);
    const at = (x: number, y: number) => quality.values[y * 1920 + x];
    expect([at(0, 500), at(1919, 500), at(960, 0), at(960, 1079)]).toEqual([255, 255, 255, 255]);
    expect([at(2, 500), at(1917, 500)]).toEqual([0, 0]);
    for (let step = 0; step < 18; step++) expect(quality.values.includes(step * 15)).toBe(true);
    const fine = quality.values.filter((value, place, all) => value === 255 && all[place + 1] === 0 && all[place + 2] === 255).length;
    expect(fine, 'pixels in line pairs of one').toBeGreaterThan(1000);
    for (const [width, height] of [
      [800, 600],
      [1536, 2048],
      [641, 479],
    ] as const)
      expect(qualityPattern(width, height).values).toHaveLength(width * height);
  });

  it('after SMPTE RP 133: eleven greys from black to white in a ring, 5 % in black and 95 % in white, bars, in the largest square of the glass', () => {
    const { values } = smptePattern(1600, 1000);
    const at = (column: number, row: number) => values[Math.round(row * 100) * 1600 + 300 + Math.round(column * 100)];
    const ring = [
      [3, 3],
      [4, 3],
      [5, 3],
      [6, 3],
      [6, 4],
      [6, 5],
      [6, 6],
      [5, 6],
      [4, 6],
      [3, 6],
      [3, 5],
    ] as const;
    expect(ring.map(([column, row]) => at(column + 0.1, row + 0.1))).toEqual(Array.from({ length: 11 }, (_, step) => Math.round(step * 25.5)));
    expect([at(3.5, 3.5), at(3.5, 5.5)]).toEqual([13, 242]);
    expect([at(2.5, 1.5), at(5, 1.5), at(2.5, 8.5), at(5, 8.5)]).toEqual([0, 255, 255, 0]);
    expect([values[500 * 1600 + 100], values[500 * 1600 + 1550]], 'beside the square').toEqual([128, 128]);
    const pairs = Array.from({ length: 40 }, (_, x) => values[410 * 1600 + 300 + 400 + x]);
    expect(pairs.filter((value, x) => value === 0 && pairs[x + 1] === 255).length).toBeGreaterThan(8);
    expect(smptePattern(641, 479).values).toHaveLength(641 * 479);
  });

  it('with a picture: each faint disc differs from what is around it by what is said, and nothing is cut off at black or white there', () => {
    const { values } = picturePattern(1000, 1000);
    for (const {
      at: [x, y],
      difference,
    } of DISCS) {
      const [inside, outside] = [y * 100 * 1000 + Math.round(x * 100 - 21), y * 100 * 1000 + Math.round(x * 100 - 23)].map(
        (place) => values[Math.round(place)] ?? 0,
      );
      const slope = (values[Math.round(y * 100 * 1000 + x * 100 - 23)] ?? 0) - (values[Math.round(y * 100 * 1000 + x * 100 - 25)] ?? 0);
      expect(Math.abs((inside ?? 0) - (outside ?? 0) - slope - difference), `disc at ${String(x)}, ${String(y)}`).toBeLessThanOrEqual(3);
      expect(outside).toBeGreaterThan(0);
      expect(inside).toBeLessThan(255);
    }
  });

  it('have lines of one pixel from edge to edge, and five places for a meter on an even grey', () => {
    const across = linePattern(64, 48, true, 128);
    const rows = Array.from({ length: 48 }, (_, row) => new Set(across.values.subarray(row * 64, (row + 1) * 64)));
    expect(rows.map((row) => [...row])).toEqual(Array.from({ length: 48 }, (_, row) => [row % 2 === 0 ? 141 : 115]));
    expect([...linePattern(64, 48, false, 128).values.subarray(0, 4)]).toEqual([141, 115, 141, 115]);
    const even = uniformityPattern(400, 300, 26);
    const marked = even.values.filter((value) => value !== 26).length;
    expect(marked).toBe(5 * (4 * 30 - 4));
    const [x, y] = [30, 30];
    expect([even.values[y * 400 + x], even.values[(y + 1) * 400 + x + 1]]).toEqual([86, 26]);
  });

  it('are sent through the table of the display, and spread what lies between two levels over the pixels when dithered', () => {
    const grey = evenPattern(8, 8, 100);
    expect(patternPixels(grey, (p) => p, false)[0]).toBe(100);
    expect(patternPixels(grey, (p) => p / 2 + 0.5, false)[0]).toBe(51);
    const half = patternPixels(grey, () => 50.5, true).filter((_, at) => at % 4 === 0);
    expect([half.filter((value) => value === 50).length, half.filter((value) => value === 51).length]).toEqual([32, 32]);
    const quarter = patternPixels(grey, () => 50.25, true).filter((_, at) => at % 4 === 0);
    expect(quarter.reduce((sum, value) => sum + value, 0) / quarter.length).toBeCloseTo(50.25, 6);
    expect(patternPixels(evenPattern(4, 4, 255), () => 255, true)[0]).toBe(255);
    expect(patternPixels(evenPattern(4, 4, 0), () => 0, true)[0]).toBe(0);
  });
});

describe('a guided measurement', () => {
  it('goes from the display alone through the correction to a profile that can be signed', () => {
    const one = createMeasurement(undefined);
    expect(one.signed(monitor)).toBeUndefined();
    one.begin('alone');
    for (const level of measuredLevels(18)) one.take(panel(level));
    expect(one.alone.value?.points).toHaveLength(18);
    const table = one.table.value ?? expect.fail('no table');
    expect(table).toEqual(gsdfDisplayTable(measuredLevels(18).map(panel)));
    one.begin('verified');
    expect(one.run.value?.levels).toHaveLength(18);
    for (const level of measuredLevels(18)) one.take(panel(table[Math.round((level / 255) * (table.length - 1))] ?? 0));
    expect(Math.abs(one.verdict.value?.worst.error ?? 1)).toBeLessThan(0.1);
    expect(one.signed(monitor)).toBeUndefined();
    one.by.value = 'M. Okafor';
    expect(one.signed(monitor)).toMatchObject({ key: monitor.key, way: 'software', signed: { by: 'M. Okafor' }, history: [{}] });
  });

  it('drops what nobody has signed when the screen is switched; colours that are still being looked at are no switch', () => {
    const one = createMeasurement(undefined);
    const hdr = { ...screen, colorSpace: '{primaries:BT2020, transfer:PQ, matrix:RGB, range:FULL}' };
    const points = measuredLevels(18)
      .map((level) => panel(level).toFixed(4))
      .join('\n');
    one.by.value = 'M. Okafor';
    one.follow({ ...screen, colours: 'looking' });
    one.fromCsv('verified', points);
    one.follow({ ...screen, colours: 'seen' });
    one.follow({ ...screen, colours: 'looking' });
    expect(one.signed(monitor)).toMatchObject({ mode: modeOf(screen) });
    one.follow({ ...hdr, colours: 'seen' });
    expect([one.fresh.value, one.signed({ ...monitor, screen: hdr })]).toEqual([false, undefined]);
    expect(one.problem.value).toMatch(/^The screen ran as .* sRGB colours and runs as .* HDR \(PQ\) now: what was measured does not count\. Measure again\.$/);
    one.fromCsv('verified', points);
    expect(one.signed({ ...monitor, screen: hdr })).toMatchObject({ mode: modeOf(hdr) });
    one.begin('alone');
    one.follow({ ...hdr, scaleFactor: 2 });
    expect([one.run.value, one.signed(monitor)]).toEqual([undefined, undefined]);
  });

  it('is reported in the mode in which it was measured, however the screen runs now', () => {
    const wide = { ...screen, scaleFactor: 2 };
    const points = measuredLevels(18)
      .map((level) => panel(level).toFixed(4))
      .join('\n');
    const first = createMeasurement(undefined);
    first.by.value = 'M. Okafor';
    first.follow(screen);
    first.fromCsv('verified', points);
    expect(first.mode()).toBe(modeOf(screen));
    const kept = createMeasurement(first.signed(monitor));
    kept.follow(wide);
    expect(kept.mode(), 'signed before the screen was switched').toBe(modeOf(screen));
    kept.fromCsv('verified', points);
    expect(kept.mode(), 'measured anew').toBe(modeOf(wide));
  });

  it('is said to hold once it is signed only while the state of the display does not drop', () => {
    expect(signedWords({ kind: 'software', looking: false, detail: '' })).toBe('Signed. It holds now.');
    expect(signedWords({ kind: 'none', looking: false, detail: 'It was measured as A and runs as B now.' })).toBe(
      'Signed. It does not hold now. It was measured as A and runs as B now.',
    );
    expect(signedWords({ kind: 'software', looking: true, detail: '' })).not.toContain('holds');
  });

  it('says how many JND a grey step takes between two measured greys: the same everywhere on a display that follows the function', () => {
    const one = createMeasurement(undefined);
    const [low, high] = [50, 700];
    const share = (high - low) / 255;
    one.ambient.value = 0.05;
    one.begin('verified');
    for (const level of measuredLevels(18)) one.take(gsdfLuminance(low + share * level) - 0.05);
    const even = jndSteps(one);
    expect(even.steps).toHaveLength(17);
    expect(even.target).toBeCloseTo(share, 3);
    for (const { jnd } of even.steps) expect(jnd).toBeCloseTo(share, 2);
    expect(even.steps[0]?.ddl).toBe(7.5);
    one.begin('verified');
    for (const level of measuredLevels(18)) one.take(panel(level));
    const uneven = jndSteps(one);
    expect(Math.max(...uneven.steps.map(({ jnd }) => jnd)) / uneven.target, 'a display alone').toBeGreaterThan(1.2);
    expect(uneven.steps.reduce((sum, { jnd }) => sum + jnd * 15, 0)).toBeCloseTo(uneven.target * 255, 6);
  });

  it('goes back a grey, stops, and takes nothing that cannot be', () => {
    const one = createMeasurement(undefined);
    one.begin('alone');
    one.take(1);
    one.take(2);
    one.back();
    expect(one.run.value?.at).toBe(1);
    one.stop();
    expect(one.run.value).toBeUndefined();
    one.begin('alone');
    for (const level of measuredLevels(18)) one.take(400 - level);
    expect(one.alone.value).toBeUndefined();
    expect(one.problem.value).toContain('is darker than grey');
    one.fromCsv('alone', 'x');
    expect(one.problem.value).toContain('The file was not taken');
    expect(checked([{ ddl: 0, luminance: 1 }])).toHaveProperty('reason');
  });

  it('is exported for other programs, and for this one', () => {
    const one = createMeasurement(undefined);
    const points = measuredLevels(18)
      .map((level) => panel(level).toFixed(4))
      .join('\n');
    one.fromCsv('alone', points);
    one.fromCsv('verified', points);
    const csv = measurementCsv(monitor, one);
    expect(csv.split('\n')[0]).toBe("display,'=DIAG");
    expect(csv.trim().split('\n')).toHaveLength(9 + 18);
    expect(readCalibration(calibrationFile(monitor, one))).toMatchObject({ ok: true });
  });
});

it('what a monitor says of its colours is told by name, and what it leaves out is said to be', () => {
  const edid = { manufacturer: 'EIZ', productCode: 1, serial: 'S1', name: 'DIAG' };
  const hdr = { transfers: ['SDR' as const, 'PQ' as const], mostNits: 603.666, mostAverageNits: 351.25, leastNits: 0.0301 };
  const chromaticity = { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: [0.3125, 0.3291] } satisfies EdidIdentity['chromaticity'];
  const sizeMm: [number, number] = [325, 433];
  expect(edidFacts({ ...edid, bitsPerColour: 10, deepColourBits: 12, chromaticity, hdr, sizeMm, preferred: { width: 2048, height: 2560 } })).toEqual([
    ['Input', '10 bits a colour, up to 12 over HDMI'],
    ['White point', 'x, y 0.313, 0.329'],
    ['Red, green, blue', 'x, y 0.640, 0.330; 0.300, 0.600; 0.150, 0.060'],
    ['HDR', 'SDR, PQ; 0.030 to 604 cd/m²; 351 cd/m² over the whole picture'],
    ['Picture', '2048 x 2560, 325 x 433 mm'],
  ]);
  expect(edidFacts({ ...edid, chromaticity: { white: [0.28, 0.3] } }).map(([, value]) => value)).toEqual([
    ...['bits a colour not said', 'x, y 0.280, 0.300', 'not said', 'not said', 'not said'],
  ]);
});
