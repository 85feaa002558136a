import type { DisplaySet, ImageFrame, SpacingBasis, Vector3 } from '@shared/domain';
import { apply, FITTED_VIEW, imageToViewport } from '@shared/geometry';
import { describe, expect, it } from 'vitest';
import { CineClock, cineRateOf, loopedIndex, steppedFps } from '../../../renderer/features/viewer/cine';
import { HeldScroll } from '../../../renderer/features/viewer/held-scroll';
import { linkBasis, linkedIndex } from '../../../renderer/features/viewer/linked-scroll';
import { modalityUnit, planeProbe, probeAt, probeText } from '../../../renderer/features/viewer/probe';
import { referenceLine } from '../../../renderer/features/viewer/reference-lines';
import { scaleBar } from '../../../renderer/features/viewer/scale-bar';
import { syncedView } from '../../../renderer/features/viewer/sync-view';
import { trueSizeOf } from '../../../renderer/features/viewer/true-size';
import { ViewHistory } from '../../../renderer/features/viewer/view-history';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';

const base = fakeSets(fakeRow(4))[1] ?? expect.fail('no set');
const first = base.frames[0] ?? expect.fail('no frame');

const frameAt = (positionLps: Vector3, more: Partial<ImageFrame> = {}): ImageFrame => ({
  ...first,
  positionLps,
  rowDirectionLps: [1, 0, 0],
  columnDirectionLps: [0, 1, 0],
  spacingMm: [1, 1],
  FrameOfReferenceUID: '1.2.3',
  format: { ...first.format, Columns: 100, Rows: 100 },
  ...more,
});
const axial = (zs: readonly number[], more: Partial<ImageFrame> = {}): DisplaySet => ({
  ...base,
  normalLps: [0, 0, 1],
  frames: zs.map((z) => frameAt([0, 0, z], more)),
});

describe('linked scroll', () => {
  const thin = axial([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const thick = axial([0, 4, 8]);

  it('goes by place within one frame of reference and one direction', () => {
    expect(linkBasis(thin, thick)).toBe('position');
    expect([0, 1, 3, 5, 8].map((index) => linkedIndex({ from: thin, before: 0, now: index, to: thick, at: 2 }))).toEqual([0, 0, 1, 1, 2]);
    const upsideDown: DisplaySet = { ...axial([8, 4, 0]), normalLps: [0, 0, -1] };
    expect(linkedIndex({ from: thin, before: 0, now: 8, to: upsideDown, at: 2 })).toBe(0);
  });

  it('leaves a stack that ends where it is', () => {
    expect(linkedIndex({ from: thin, before: 0, now: 8, to: axial([0, 1, 2]), at: 2 })).toBeUndefined();
  });

  it('goes by as many images where no place is shared', () => {
    const elsewhere = axial([0, 4, 8], { FrameOfReferenceUID: '9.9' });
    expect(linkBasis(thin, elsewhere)).toBe('images moved');
    expect(linkBasis(thin, axial([0, 4, 8], { FrameOfReferenceUID: '' }))).toBe('images moved');
    expect(linkBasis(thin, { ...thick, normalLps: [1, 0, 0] })).toBe('images moved');
    expect(linkedIndex({ from: thin, before: 2, now: 3, to: elsewhere, at: 0 })).toBe(1);
    expect(linkedIndex({ from: thin, before: 2, now: 8, to: elsewhere, at: 1 })).toBe(2);
    expect(linkedIndex({ from: thin, before: 8, now: 0, to: elsewhere, at: 1 })).toBe(0);
  });
});

describe('reference lines', () => {
  const target = frameAt([0, 0, 30]);
  /** A sagittal plane at x: rows run to posterior, columns to the feet. */
  const sagittal = (x: number, more: Partial<ImageFrame> = {}): ImageFrame =>
    frameAt([x, 0, 80], { rowDirectionLps: [0, 1, 0], columnDirectionLps: [0, 0, -1], ...more });

  it('cut the image where the planes meet', () => {
    const [a, b] = referenceLine(sagittal(20), target) ?? expect.fail('no line');
    expect([a[0], b[0]]).toEqual([20.5, 20.5]);
    expect([a[1], b[1]].sort((x, y) => x - y)).toEqual([0, 100]);
  });

  it('are no longer than the image that they come from', () => {
    const [a, b] = referenceLine(sagittal(20, { format: { ...first.format, Columns: 40, Rows: 100 } }), target) ?? expect.fail('no line');
    expect([a[1], b[1]].sort((x, y) => x - y)).toEqual([0, 40]);
  });

  it('are none between parallel images, images apart, or in other frames of reference', () => {
    expect(referenceLine(frameAt([0, 0, 10]), target)).toBeUndefined();
    expect(referenceLine(sagittal(-50), target)).toBeUndefined();
    expect(referenceLine(sagittal(20, { format: { ...first.format, Columns: 100, Rows: 20 } }), target)).toBeUndefined();
    expect(referenceLine(sagittal(20, { FrameOfReferenceUID: '9' }), target)).toBeUndefined();
    const { positionLps: _none, ...nowhere } = sagittal(20);
    expect(referenceLine(nowhere, target)).toBeUndefined();
  });

  it('lie on both planes for an oblique cut', () => {
    const s = Math.SQRT1_2;
    const source = frameAt([10, 10, 20], { rowDirectionLps: [s, s, 0], columnDirectionLps: [0, 0, 1] });
    const line = referenceLine(source, target) ?? expect.fail('no line');
    for (const [column, row] of line) expect(column - row).toBeCloseTo(0, 6);
  });
});

describe('the probe', () => {
  const values = Int16Array.from({ length: 100 * 100 }, (_, at) => at - 1000);
  const hu = frameAt([0, 0, 0], { rescale: { slope: 2, intercept: -24, type: 'HU' } });

  it('reads the pixel under the point, and nothing beside the image', () => {
    const reading = probeAt({ Modality: 'CT' }, hu, { values }, [5.9, 2.1]) ?? expect.fail('nothing');
    expect(reading).toMatchObject({ column: 5, row: 2, stored: [-795], modality: -1614, unit: 'HU' });
    expect(probeText(reading)).toBe('-1614 HU, stored -795, at 5 2');
    expect(probeAt({ Modality: 'CT' }, hu, { values }, [-0.1, 2])).toBeUndefined();
    expect(probeAt({ Modality: 'CT' }, hu, { values }, [2, 100])).toBeUndefined();
    expect(probeAt({ Modality: 'CT' }, hu, { values }, [NaN, 2])).toBeUndefined();
  });

  it('names the value of a plane, and that the grey is not its own where greys are mixed', () => {
    const at = (mixed: boolean) => probeText(planeProbe({ Modality: 'CT' }, hu, 12.5, 'MPR', mixed) ?? expect.fail());
    expect(at(false)).toBe('1 HU, stored 12.50, between voxels');
    expect(at(true)).toBe('1 HU, stored 12.50, between voxels, whose greys are mixed here');
  });

  it('says HU only where the object means it', () => {
    expect(modalityUnit({ Modality: 'CT' }, { ...hu, rescale: { slope: 1, intercept: 0, type: '' } })).toEqual({
      unit: 'HU',
      basis: 'CT without Rescale Type',
    });
    expect(modalityUnit({ Modality: 'MR' }, { ...hu, rescale: { slope: 1, intercept: 0, type: '' } }).unit).toBe('');
    // A screen that was saved as a secondary capture is of modality CT, too: its grey levels are no CT numbers.
    const capture = { ...hu, SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', rescale: { slope: 1, intercept: 0, type: '' } };
    expect(modalityUnit({ Modality: 'CT' }, capture)).toEqual({ unit: '', basis: 'Rescale Type not given' });
    expect(modalityUnit({ Modality: 'CT' }, { ...hu, rescale: { slope: 1, intercept: 0, type: 'US' } })).toEqual({ unit: '', basis: 'Rescale Type US' });
    const { rescale: _none, ...raw } = hu;
    expect(modalityUnit({ Modality: 'CT' }, raw).unit).toBe('');
    expect(probeText(probeAt({ Modality: 'CT' }, raw, { values }, [0, 0]) ?? expect.fail())).toBe('stored -1000, at 0 0');
  });

  it('says what a PET value counts, by its Units', () => {
    const activity = frameAt([0, 0, 0], { rescale: { slope: 0.5, intercept: 0, type: 'BQML' }, acquisition: { Units: 'BQML' } });
    expect(probeText(probeAt({ Modality: 'PT' }, activity, { values }, [0, 0]) ?? expect.fail())).toBe('-500 Bq/ml, stored -1000, at 0 0');
    expect(modalityUnit({ Modality: 'PT' }, { ...activity, acquisition: { Units: 'NONE' }, rescale: { slope: 1, intercept: 0, type: '' } }).unit).toBe('');
    expect(modalityUnit({ Modality: 'CT' }, { ...activity, rescale: { slope: 1, intercept: 0, type: 'HU' } }).unit).toBe('HU');
  });

  it('says what a pixel measures by the ultrasound region under it, and where no lengths are known', () => {
    const region = { spatialFormat: 1, dataType: 1, unitsX: 3, unitsY: 3, deltaX: 0.02, deltaY: 0.03 };
    const doppler = { spatialFormat: 3, dataType: 3, unitsX: 4, unitsY: 7, deltaX: 0.01, deltaY: 0.5 };
    const { rescale: _none, spacingMm: _unknown, ...bare } = hu;
    const regions = [
      { ...region, x0: 0, y0: 0, x1: 49, y1: 99 },
      { ...doppler, x0: 50, y0: 0, x1: 99, y1: 99 },
    ];
    const us = { ...bare, spacingBasis: 'none' as const, regions };
    const at = (column: number): string => probeText(probeAt({ Modality: 'US' }, us, { values }, [column, 0]) ?? expect.fail());
    expect(at(3)).toBe('stored -997, at 3 0, pixel 0.300 x 0.200 mm, US region');
    expect(at(70)).toBe('stored -930, at 70 0, no lengths here');
  });

  it('gives what a value means in the world where the object maps it, and none for padding', () => {
    const mapping = { first: -1000, last: -900, slope: 0.001, intercept: 1, units: 'mm2/s', label: 'ADC' };
    const mapped = { ...hu, realWorld: [mapping] };
    expect(probeText(probeAt({ Modality: 'MR' }, mapped, { values }, [0, 0]) ?? expect.fail())).toMatch(/^ADC 0 mm2\/s, -2024 HU, stored -1000/);
    expect(probeAt({ Modality: 'MR' }, mapped, { values }, [0, 5])?.realWorld).toBeUndefined();
    const padded = { ...hu, padding: { value: -1000, limit: -990 } };
    const found = probeAt({ Modality: 'CT' }, padded, { values }, [3, 0]) ?? expect.fail();
    expect(probeText(found)).toBe('padding, no value, stored -997, at 3 0');
    expect(probeAt({ Modality: 'CT' }, padded, { values }, [11, 0])?.modality).toBe(-2002);
  });

  it('gives the index of a palette image, which is no modality value', () => {
    const palette = { ...hu, format: { ...hu.format, PhotometricInterpretation: 'PALETTE COLOR' } };
    expect(probeText(probeAt({ Modality: 'US' }, palette, { values }, [0, 0]) ?? expect.fail())).toBe('stored -1000, at 0 0');
  });

  it('takes the values of a Modality LUT, its ends outside', () => {
    const lut = { first: -1000, bits: 16, values: Uint16Array.from([7, 8, 9]), explanation: '' };
    const at = (x: number) => probeAt({ Modality: 'CR' }, hu, { values }, [x, 0], { modalityLut: lut, modalityLutType: 'OD' });
    expect(at(1)).toMatchObject({ modality: 8, unit: '10⁻³ OD' });
    expect(at(50)).toMatchObject({ modality: 9 });
  });

  it('reads colour as three values', () => {
    const colour = frameAt([0, 0, 0], { format: { ...first.format, SamplesPerPixel: 3, Columns: 2, Rows: 1 } });
    expect(probeText(probeAt({ Modality: 'US' }, colour, { values: Uint8Array.from([1, 2, 3, 4, 5, 6]) }, [1.5, 0.5]) ?? expect.fail())).toBe(
      'RGB 4 5 6, at 1 0',
    );
  });
});

describe('the scale bar', () => {
  it('is a round length that fits, only where millimetres are known', () => {
    const affine = imageToViewport({ ...FITTED_VIEW, zoom: 2 }, { columns: 100, rows: 100, aspect: 1 }, { width: 400, height: 400 });
    const scale = { spacingMm: [0.5, 0.5] as [number, number], spacingBasis: 'PixelSpacing' as const };
    expect(scaleBar(scale, affine, 420)).toMatchObject({ text: '10 cm', basis: '', lengthPx: 400 });
    expect(scaleBar(scale, affine, 399)).toMatchObject({ text: '5 cm', lengthPx: 200 });
    expect(scaleBar({ spacingBasis: 'none' }, affine, 420)).toBeUndefined();
    const named = (spacingBasis: SpacingBasis) => scaleBar({ ...scale, spacingBasis }, affine, 420)?.basis;
    expect(
      ['ImagerPixelSpacing', 'ImagerPixelSpacingMagnified', 'PixelSpacingCalibrated', 'PixelSpacingUnsaid', 'UltrasoundRegion'].map((basis) =>
        named(basis as SpacingBasis),
      ),
    ).toEqual(['at the detector', 'magnification corrected', 'calibrated', 'not said whether calibrated', 'US region']);
  });

  it('is none where a state gives the pixels another shape than their millimetres: it would be right in one direction only', () => {
    const scale = { spacingMm: [1, 0.5] as [number, number], spacingBasis: 'PixelSpacing' as const };
    const shown = (aspect: number, rotationDeg: number) =>
      scaleBar(scale, imageToViewport({ ...FITTED_VIEW, zoom: 2, rotationDeg }, { columns: 100, rows: 100, aspect }, { width: 400, height: 400 }), 420);
    expect([shown(2, 0)?.lengthPx, shown(2, 90)?.lengthPx]).toEqual([400, 400]);
    expect([shown(1, 0), shown(1, 90)]).toEqual([undefined, undefined]);
  });
});

describe('true size', () => {
  it('needs a measured display and a measured image, and says which is missing', () => {
    expect(trueSizeOf({ spacingMm: [0.5, 0.5], spacingBasis: 'PixelSpacing' }, 0.25)).toEqual({ zoom: 2, basis: 'true size' });
    expect(trueSizeOf({ spacingMm: [0.5, 0.5], spacingBasis: 'ImagerPixelSpacing' }, 0.25)).toEqual({ zoom: 2, basis: 'true size, at the detector' });
    expect(trueSizeOf({ spacingMm: [0.5, 0.5], spacingBasis: 'PixelSpacing' }, undefined)).toEqual({ reason: 'no true size: this display was not measured' });
    expect(trueSizeOf({ spacingBasis: 'none' }, 0.25)).toEqual({ reason: 'no true size: millimetres are not known for this image' });
  });
});

describe('synchronous zoom', () => {
  const size = { width: 400, height: 400 };

  it('shows the same millimetres at the same distance from the middle', () => {
    const from = { frame: frameAt([0, 0, 0], { spacingMm: [1, 1] }), view: { ...FITTED_VIEW, zoom: 8, center: [60, 40] as [number, number] }, size };
    const to = { frame: frameAt([0, 0, 0], { spacingMm: [0.5, 0.5] }), view: { ...FITTED_VIEW, mirrored: true }, size };
    expect(syncedView(from, to)).toEqual({ zoom: 4, center: [70, 30], rotationDeg: 0, mirrored: true });
  });

  it('keeps the share of the image where no millimetres are known, and follows a fit', () => {
    const { spacingMm: _none, ...bare } = frameAt([0, 0, 0]);
    const from = { frame: bare, view: { ...FITTED_VIEW, zoom: 8, center: [50, 50] as [number, number] }, size };
    const small = { frame: bare, view: FITTED_VIEW, size: { width: 200, height: 200 } };
    expect(syncedView(from, small).zoom).toBe(4);
    expect(syncedView({ ...from, view: FITTED_VIEW }, { ...small, view: { ...FITTED_VIEW, zoom: 3 } })).toEqual(FITTED_VIEW);
    expect(apply(imageToViewport(syncedView(from, small), { columns: 100, rows: 100, aspect: 1 }, small.size), [50, 50])).toEqual([100, 100]);
  });
});

describe('cine', () => {
  it('starts at the rate that the object recommends, else that it was made at, else at 15, and says which', () => {
    expect(cineRateOf({ recommendedFps: 30, frameTimeMs: 40, cineRate: 10 })).toEqual({ fps: 30, basis: 'Recommended Display Frame Rate' });
    expect(cineRateOf({ frameTimeMs: 40, cineRate: 10 })).toEqual({ fps: 25, basis: 'Frame Time' });
    expect(cineRateOf({ cineRate: 10 })).toEqual({ fps: 10, basis: 'Cine Rate' });
    expect(cineRateOf({ frameTimeMs: 0 })).toEqual({ fps: 15, basis: 'default' });
    expect(cineRateOf(undefined)).toEqual({ fps: 15, basis: 'default' });
  });

  it('says the mean of a vector of frame times, which plays, and whose times they are', () => {
    const steps = [50, 30, 40, 40];
    expect(cineRateOf({}, steps)).toEqual({ fps: 25, basis: 'mean of Frame Time Vector' });
    expect(cineRateOf({}, [40, 40, 40]), 'one rate is no mean').toEqual({ fps: 25, basis: 'Frame Time Vector' });
    expect(cineRateOf({ frameTimeMs: 100, cineRate: 10 }, steps)).toEqual({ fps: 25, basis: 'mean of Frame Time Vector' });
    expect(cineRateOf({ timeBasis: 'Frame Acquisition DateTime', frameTimeMs: 40 }, steps)).toEqual({ fps: 25, basis: 'mean of Frame Acquisition DateTime' });
    expect(cineRateOf({ recommendedFps: 50 }, steps)).toEqual({ fps: 50, basis: 'Recommended Display Frame Rate' });
  });

  it('keeps its rate when the screen is late: images are left out', () => {
    const clock = new CineClock();
    const steps = [0, 100, 500, 1000].map((ms) => clock.advance(ms, 20));
    expect(steps).toEqual([0, 2, 8, 10]);
    expect(clock.advance(100_000, 20)).toBe(20);
  });

  it('loops and steps its rate', () => {
    expect(loopedIndex(8, 3, 10)).toBe(1);
    expect(loopedIndex(0, 3, 0)).toBe(0);
    expect([steppedFps(15, 1), steppedFps(15, -1), steppedFps(60, 1), steppedFps(13.3, 1)]).toEqual([20, 12.5, 60, 15]);
  });
});

describe('a held arrow key', () => {
  const rig = () => {
    let run: ((nowMs: number) => void) | undefined;
    const moves: number[] = [];
    const held = new HeldScroll({
      move: (steps) => moves.push(steps),
      requestFrame: (next) => {
        run = next;
        return 1;
      },
      cancelFrame: () => (run = undefined),
    });
    return { held, moves, frame: (nowMs: number) => run?.(nowMs) };
  };

  it('moves one image at once, and no more when it goes up again', () => {
    const { held, moves, frame } = rig();
    held.press(1);
    frame(0);
    frame(100);
    held.release();
    frame(2000);
    expect(moves).toEqual([1]);
  });

  it('runs faster and faster while held, whatever the repeat of the keyboard', () => {
    const { held, moves, frame } = rig();
    held.press(-1);
    for (let ms = 0; ms <= 3000; ms += 10) {
      if (ms % 30 === 0) held.press(-1);
      frame(ms);
    }
    const sum = -moves.reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThan(100);
    expect(sum).toBeLessThan(150);
  });

  it('leaves images out instead of lagging when frames are slow', () => {
    const smooth = rig();
    const slow = rig();
    smooth.held.press(1);
    slow.held.press(1);
    for (let ms = 0; ms <= 3000; ms += 10) smooth.frame(ms);
    for (let ms = 0; ms <= 3000; ms += 300) slow.frame(ms);
    const sum = (moves: number[]) => moves.reduce((a, b) => a + b, 0);
    expect(Math.max(...slow.moves)).toBeGreaterThan(10);
    expect(Math.abs(sum(slow.moves) - sum(smooth.moves))).toBeLessThan(20);
  });
});

describe('undo of views', () => {
  it('takes a drag as one step and other changes one by one', () => {
    const history = new ViewHistory<string>();
    history.before('view 0', () => 'a', 0);
    for (let ms = 10; ms < 2000; ms += 100) history.before('view 0', () => 'never', ms);
    history.before('window 0', () => 'b', 2000);
    history.before('window 1', () => 'c', 2010);
    expect(history.undo('d')).toBe('c');
    expect(history.undo('c')).toBe('b');
    expect(history.redo('b')).toBe('c');
    expect(history.undo('c')).toBe('b');
    expect(history.undo('b')).toBe('a');
    expect(history.undo('a')).toBeUndefined();
    expect(history.canUndo).toBe(false);
  });

  it('forgets what could be redone after a new change', () => {
    const history = new ViewHistory<string>();
    history.before('view 0', () => 'a', 0);
    history.undo('b');
    expect(history.canRedo).toBe(true);
    history.before('view 0', () => 'a', 1);
    expect(history.redo('x')).toBeUndefined();
  });
});
