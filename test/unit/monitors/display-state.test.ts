import { DisplaySettings, edidPixelMm, matchMonitors, type MonitorProfile, modeOf, modeWords, type ScreenInfo } from '@shared/domain';
import { conformanceOf, daysUntil, displayLevel, displayState, distinctGreys, fitnessFor, gsdfDisplayTable, measuredLevels } from '@shared/grayscale';
import { describe, expect, it } from 'vitest';

const screen: ScreenInfo = {
  ...{ id: '1', label: 'DIAG', width: 2048, height: 2560, scaleFactor: 1, rotation: 0, colorDepth: 24 },
  ...{ colorSpace: 'srgb', frequency: 60, primary: true, here: true },
};
const edid = {
  manufacturer: 'EIZ',
  productCode: 1,
  serial: 'S1',
  name: 'DIAG',
  sizeMm: [338, 422] as [number, number],
  preferred: { width: 2048, height: 2560 },
};
const [monitor] = matchMonitors([screen], [{ connector: 'DP-1', edid }]);

/** A simulated panel: black, white, gamma; 8-bit input. */
const panel = (black: number, white: number, gamma: number) => (level: number) => black + (white - black) * (Math.round(level) / 255) ** gamma;
const at = '2026-11-22T07:44:00.000Z';
const now = new Date('2026-11-22T08:00:00Z');
const AMBIENT = 0.18;

function measure(luminance: (level: number) => number, count = 18) {
  return { ...{ at, by: 'tester', meter: 'typed', ambient: AMBIENT }, points: measuredLevels(count).map((ddl) => ({ ddl, luminance: luminance(ddl) })) };
}

function fitted(luminance: (level: number) => number, changes: Partial<MonitorProfile> = {}): MonitorProfile {
  const alone = measure(luminance);
  const table = gsdfDisplayTable(alone.points.map((point) => point.luminance + AMBIENT));
  return {
    ...{ key: monitor?.key ?? '', name: 'DIAG', way: 'software', mode: modeOf(screen), history: [], checks: [] },
    ...{ alone, verified: measure((p) => luminance(displayLevel(p / 255, table))), signed: { at, by: 'tester' }, dueOn: '2027-05-22' },
    ...changes,
  };
}

describe('conformance', () => {
  it('finds the errors of a display alone and of one that was fitted, by the standard function between its own ends', () => {
    const luminance = panel(1 - AMBIENT, 350 - AMBIENT, 2.2);
    const alone = conformanceOf(measure(luminance).points, AMBIENT);
    expect(Math.abs(alone.worst.error)).toBeCloseTo(0.51, 1);
    const { verified } = fitted(luminance);
    const result = conformanceOf(verified?.points ?? [], AMBIENT);
    expect(Math.abs(result.worst.error)).toBeLessThan(0.1);
    expect([result.darkest, result.brightest, result.jnds, result.jndPerLevel]).toEqual([
      expect.closeTo(1, 6),
      expect.closeTo(350, 6),
      expect.closeTo(581.6, 0),
      expect.closeTo(2.28, 2),
    ]);
    const asked = [1.0, 2.062, 3.665, 5.944, 9.069, 13.252, 18.752, 25.895, 35.084];
    asked.forEach((value, index) => expect(result.targets[index]).toBeCloseTo(value, 1));
  });

  it('fails an 8-bit panel of low gamma and low black that no nearest-level table can bring within the limit', () => {
    const { verified } = fitted(panel(0.3, 1000, 1.8));
    expect(Math.abs(conformanceOf(verified?.points ?? [], AMBIENT).worst.error)).toBeGreaterThan(0.1);
  });

  it('refuses points that are none of a display', () => {
    expect(() => conformanceOf([{ ddl: 0, luminance: 1 }], 0)).toThrow('too few');
    expect(() =>
      conformanceOf(
        [0, 0, 1].map((ddl) => ({ ddl, luminance: 1 })),
        0,
      ),
    ).toThrow('not above');
    expect(() =>
      conformanceOf(
        [0, 1, 2].map((ddl) => ({ ddl, luminance: 5 })),
        0,
      ),
    ).toThrow('no difference');
  });

  it('counts the greys that are told apart: fewer through a table, over a thousand with dithering', () => {
    expect(distinctGreys(undefined)).toEqual({ nearest: 256, dithered: 4081 });
    const table = gsdfDisplayTable(measuredLevels(256).map(panel(1, 350, 2.2)));
    const { nearest, dithered } = distinctGreys(table);
    expect(nearest).toBeGreaterThan(200);
    expect(nearest).toBeLessThan(256);
    expect(dithered).toBeGreaterThan(1000);
  });
});

describe('the state of a display', () => {
  /** Dithering gives the levels between. */
  const luminance = (level: number) => 1 - AMBIENT + 399 * (level / 255) ** 2.2;

  it('is fitted when it was measured, is within the limits and signed', () => {
    const state = displayState(monitor, fitted(luminance), now);
    expect([state.kind, state.words]).toEqual(['software', 'display: GSDF-fitted, 8-bit']);
    expect(state.detail).toMatch(/^Last measured 2026-11-22 by tester, meter: typed, largest deviation \d\.\d %\.$/);
    expect(state.table).toBeDefined();
    const declared = displayState(monitor, fitted(luminance, { way: 'hardware' }), now);
    expect([declared.kind, declared.words, declared.table]).toEqual(['hardware', 'display: hardware-calibrated (declared)', undefined]);
  });

  it.each<[string, Partial<MonitorProfile> | undefined, string]>([
    ['nobody measured it', undefined, 'Nobody measured'],
    ['nobody signed', { signed: undefined }, 'nobody signed'],
    ['it runs in another mode, scale or colour space', { mode: modeOf({ ...screen, scaleFactor: 1.5 }) }, 'measure again, or set it back'],
    ['the measurement is overdue', { dueOn: '2026-11-01' }, 'was due'],
    ['its error is beyond every limit', { way: 'hardware', verified: measure(panel(1, 350, 2.2)) }, 'largest contrast error'],
    ['the measurement is no curve', { alone: measure((level) => 300 - level) }, 'cannot be used'],
    ['the table has no measurement', { alone: undefined }, 'is missing'],
  ])('is "not calibrated", with the reason and without a table, when %s', (_, changes, reason) => {
    const profile = changes === undefined ? undefined : { ...fitted(luminance), ...changes };
    const state = displayState(monitor, profile, now);
    expect([state.kind, state.words, state.table]).toEqual(['none', 'display: not calibrated', undefined]);
    expect(state.detail).toContain(reason);
  });

  it('says so where the monitor is known by its place only, and belongs to nobody after a change of monitors', () => {
    const [placed] = matchMonitors([screen], []);
    const state = displayState(placed, fitted(luminance), now);
    expect(state.kind).toBe('software');
    expect(state.detail).toContain('known by its place only (this computer tells nothing about its monitors): it may be another one.');
    const [other] = matchMonitors([screen], [{ connector: 'DP-1', edid: { ...edid, serial: 'S2' } }]);
    expect(other?.key).not.toBe(monitor?.key);
    const hdr = matchMonitors([{ ...screen, colorSpace: '{primaries:BT2020, transfer:PQ}' }], [{ connector: 'DP-1', edid }])[0];
    expect(displayState(hdr, fitted(luminance), now)).toMatchObject({ kind: 'none', table: undefined });
  });

  it('names what changed in words, and as it stands where words do not tell it apart', () => {
    const chromium = (primaries: string, transfer: string) => ({
      ...screen,
      colorSpace: `{primaries:${primaries}, transfer:${transfer}, matrix:RGB, range:FULL}`,
    });
    const words = (colorSpace: ScreenInfo) => modeWords(modeOf(colorSpace)).split('Hz, ')[1];
    expect(words(chromium('BT709', 'SRGB'))).toBe('sRGB colours');
    expect(words(screen)).toBe('sRGB colours');
    expect(words(chromium('P3', 'SRGB'))).toBe('Display P3 colours');
    expect(words(chromium('BT2020', 'PQ'))).toBe('BT.2020 colours, HDR (PQ)');
    expect(words(chromium('SOMETHING', 'CUSTOM'))).toBe('other colours');
    expect(modeWords(modeOf({ ...screen, rotation: 90 }))).toContain('rotation 90');
    expect(modeWords(modeOf({ ...screen, rotation: 0 }))).not.toContain('rotation');
    const [hdr] = matchMonitors([chromium('BT2020', 'PQ')], [{ connector: 'DP-1', edid }]);
    expect(displayState(hdr, fitted(luminance), now).detail).toMatch(/sRGB colours and runs as .* BT\.2020 colours, HDR \(PQ\) now/);
    const custom = (gamma: string) => chromium('CUSTOM', gamma);
    const [other] = matchMonitors([custom('CUSTOM_2')], [{ connector: 'DP-1', edid }]);
    expect(displayState(other, fitted(luminance, { mode: modeOf(custom('CUSTOM_1')) }), now).detail).toContain('CUSTOM_1');
  });

  it('says nothing of its greys while colour profile and HDR are being looked at, and the measurement goes on meanwhile where it may hold', () => {
    const under = (colours: 'seen' | 'looking' | 'unknown', changes = {}) =>
      displayState(matchMonitors([{ ...screen, ...changes, colours }], [{ connector: 'DP-1', edid }])[0], fitted(luminance), now);
    expect(under('seen')).toMatchObject({ words: 'display: GSDF-fitted, 8-bit', looking: false });
    const looking = under('looking');
    expect(looking).toMatchObject({ kind: 'software', words: 'display: being looked at', looking: true });
    expect(looking.detail).toMatch(/^Last measured .* are being looked at\.$/);
    expect(looking.table).toBeDefined();
    expect(fitnessFor({ ...looking, pixelMm: 0.165 }, 'CT').fit).toBe(true);
    expect(under('unknown')).toMatchObject({ words: 'display: GSDF-fitted, 8-bit', detail: expect.stringContaining('could not be looked at') as string });
    // Measured under a profile of its own: until that is seen the screen counts as sRGB, because this program sets it so.
    const other = { colorSpace: '{primaries:P3, transfer:SRGB, matrix:RGB, range:FULL}', colorDepth: 30 };
    const wide = fitted(luminance, { mode: modeOf({ ...screen, ...other }) });
    const state = (colours: 'seen' | 'looking' | 'unknown', changes = {}) =>
      displayState(matchMonitors([{ ...screen, ...changes, colours }], [{ connector: 'DP-1', edid }])[0], wide, now);
    expect(state('looking')).toMatchObject({ kind: 'none', words: 'display: being looked at', table: undefined, looking: true });
    expect(fitnessFor(state('looking'), 'CT').reasons).toEqual(['being looked at']);
    expect(state('looking', { width: 1024 })).toMatchObject({ words: 'display: not calibrated' });
    expect(state('seen')).toMatchObject({ words: 'display: not calibrated' });
    // Nobody knows that it runs as sRGB now: it is not said.
    expect(state('unknown')).toMatchObject({ kind: 'none', words: 'display: not calibrated', table: undefined, looking: false });
    expect(state('unknown').detail).toBe('It was measured under a colour profile, or HDR; those of this screen could not be looked at.');
    expect(state('seen', other)).toMatchObject({ words: 'display: GSDF-fitted, 8-bit' });
    expect(displayState(matchMonitors([{ ...screen, colours: 'looking' }], [])[0], undefined, now).words).toBe('display: not calibrated');
  });

  it('names HDR as Chromium tells it', () => {
    const words = (transfer: string, primaries = 'BT709') =>
      modeWords(modeOf({ ...screen, colorSpace: `{primaries:${primaries}, transfer:${transfer}, matrix:RGB, range:FULL}` })).split('Hz, ')[1];
    expect(words('PQ (SDR white point default 203.0000 nits)', 'BT2020')).toBe('BT.2020 colours, HDR (PQ)');
    expect(words('LINEAR_HDR')).toBe('sRGB colours, HDR, linear');
    expect(words('SCRGB_LINEAR_80_NITS')).toBe('sRGB colours, HDR, linear');
    expect(words('SRGB_HDR')).toBe('sRGB colours, HDR');
  });

  it('counts the days to the next measurement', () => {
    expect(daysUntil('2026-11-22', new Date('2026-11-22T08:00:00'))).toBe(0);
    expect(daysUntil('2026-11-21', new Date('2026-11-22T08:00:00'))).toBe(-1);
    expect(daysUntil('soon', now)).toBeUndefined();
  });
});

describe('fitness for a modality', () => {
  const state = (white: number, pixelMm?: number) => ({
    ...displayState(monitor, fitted(panel(1.3 - AMBIENT, white, 2.2)), now),
    pixelMm,
  });

  it('asks more of mammography than of the rest, and names what is missing', () => {
    expect(fitnessFor(state(400), 'CT')).toEqual({ fit: true, reasons: [] });
    expect(fitnessFor(state(400), 'DX')).toEqual({ fit: true, reasons: [] });
    expect(fitnessFor(state(400), 'MG').reasons).toEqual(['brightest 400 of 420 cd/m²', 'size of a pixel not known']);
    expect(fitnessFor(state(500, 0.165), 'MG')).toEqual({ fit: true, reasons: [] });
    expect(fitnessFor(state(500, 0.25), 'MG').reasons).toEqual(['pixels of 0.250 mm']);
    expect(fitnessFor(displayState(monitor, undefined, now), 'CT')).toEqual({ fit: false, reasons: ['not calibrated'] });
  });
});

describe('which screen is which monitor', () => {
  it('is certain by one EDID with a serial number, and else says that it is not', () => {
    expect(monitor).toMatchObject({ key: 'EIZ-0001-S1', name: 'EIZ DIAG', certain: true, basis: 'EDID at DP-1, serial S1' });
    expect(matchMonitors([screen], [{ connector: 'DP-1', edid: { ...edid, serial: '' } }])[0]).toMatchObject({ key: 'EIZ-0001-DP-1', certain: false });
    expect(matchMonitors([screen], [])[0]).toMatchObject({ key: 'screen 1', certain: false });
    const twins = [1, 2].map((n) => ({ connector: `DP-${n}`, edid: { ...edid, serial: `S${n}` } }));
    expect(matchMonitors([screen, { ...screen, id: '2' }], twins).map((one) => one.certain)).toEqual([false, false]);
    const named = matchMonitors(
      [
        { ...screen, label: 'DP-2' },
        { ...screen, id: '2', label: 'DP-1' },
      ],
      twins,
    );
    expect(named.map((one) => one.key)).toEqual(['EIZ-0001-S2', 'EIZ-0001-S1']);
  });

  it('knows the size of a pixel where the monitor says it and runs at its own resolution', () => {
    expect(edidPixelMm({ screen, edid })).toBeCloseTo(0.165, 3);
    expect(edidPixelMm({ screen: { ...screen, width: 1024 }, edid })).toBeUndefined();
    expect(edidPixelMm({ screen, edid: { ...edid, sizeMm: [160, 90] } })).toBeUndefined();
    expect(edidPixelMm({ screen })).toBeUndefined();
  });

  it('is kept in settings that a wrong value cannot enter', () => {
    expect(DisplaySettings.safeParse({ profiles: [fitted(panel(1, 350, 2.2))], policy: 'warn' }).success).toBe(true);
    expect(DisplaySettings.safeParse({ profiles: [{ key: 'x' }] }).success).toBe(false);
    expect(DisplaySettings.safeParse({ profiles: [], policy: 'none' }).success).toBe(false);
  });
});
