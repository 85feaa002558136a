import { pixelAspect } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { emptyCell, indexOfPlace, placeOfCell, planeOf, viewOfPlace, voiOfCell } from '../../../renderer/features/viewer/cell';
import { hangingOrder, nothingToShow } from '../../../renderer/features/viewer/hanging';
import { toolOfButton } from '../../../renderer/features/viewer/pointer-tools';
import { markRuns, missingMarks } from '../../../renderer/features/viewer/scroll-marks';
import { displayLines, patientLines, seriesLines, stateLines, studyLines } from '../../../renderer/features/viewer/viewport-texts';
import { WheelStepper } from '../../../renderer/features/viewer/wheel-stepper';
import { parseSession, withPlace } from '../../../renderer/stores/session-schema';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';

const study = fakeRow(4);
const sets = fakeSets(study);
const set = (at: number) => sets[at] ?? expect.fail(`no set ${at}`);

describe('corner texts', () => {
  it('have the name and the id of the patient at every level', () => {
    for (const level of ['full', 'reading', 'minimal'] as const) {
      const texts = patientLines(study, 'de-DE', level).map((line) => line.text);
      expect(texts).toContain('PETROV, Nikolai');
      expect(texts).toContain(`ID ${study.PatientID}`);
    }
  });

  it('say so when name or id is missing', () => {
    const nobody = fakeRow(4, { PatientName: '', PatientID: '' });
    expect(patientLines(nobody, 'de-DE', 'minimal').map((line) => line.text)).toEqual(['no name', 'ID not given']);
  });

  it('name a prior with its age in bold at every level', () => {
    const old = fakeRow(5, { StudyDate: '20240719' });
    for (const level of ['full', 'reading', 'minimal'] as const) {
      expect(studyLines(old, fakeRow(4, { StudyDate: '20261122' }), 'de-DE', level)[0]).toEqual({ text: 'PRIOR, 2 y 4 m', strong: true });
    }
  });

  it('give the coordinate across the slice and its axis', () => {
    expect(seriesLines(set(1), 2, 'full').map((line) => line.text)).toEqual(['2 Axial lung', 'Im 3/48', 'z 1005.0 mm, 2.5 mm']);
  });

  it('never show millimetres without their basis', () => {
    const frame = set(1).frames[0] ?? expect.fail();
    const texts = displayLines(frame, { kind: 'LINEAR', center: 40, width: 400 }, 1.14, false, 'full').map((line) => line.text);
    expect(texts).toEqual(['W 400 L 40', 'zoom 1.14', 'display: not calibrated', 'mm: Pixel Spacing 0.977']);
    const { spacingMm: _none, ...bare } = frame;
    expect(displayLines({ ...bare, spacingBasis: 'none' }, undefined, 1, false, 'full').at(-1)?.text).toBe('mm: not known');
  });

  it('stack the states with the worst last', () => {
    const counts = { total: 48, loaded: 10, failed: 0, room: 48 };
    expect(stateLines(set(2), counts, study, '').map((state) => state.level)).toEqual(['calm', 'attention', 'attention']);
    expect(stateLines(set(3), undefined, study, 'cannot decode: X (1.2)').at(-1)).toEqual({ level: 'danger', text: 'cannot decode: X (1.2)' });
  });
});

describe('hanging', () => {
  it('shows images before localisers, and both before what can only be named', () => {
    expect(hangingOrder(sets).map((one) => one.SeriesDescription)).toEqual(['Axial lung', 'Axial soft', 'Topogram', 'Coronal', 'Sagittal']);
  });

  it('says why a study can show nothing', () => {
    const opened = { study, series: [], priors: [], revision: 1 };
    expect(nothingToShow({ ...opened, displaySets: sets })).toBeUndefined();
    expect(nothingToShow({ ...opened, displaySets: [set(3)] })).toBe('cannot decode: JPEG 2000 Lossless (1.2.840.10008.1.2.4.90)');
    expect(nothingToShow({ ...opened, displaySets: [set(4)] })).toBe('stored, not shown: Encapsulated PDF');
    expect(nothingToShow({ ...opened, displaySets: [] })).not.toBeUndefined();
  });
});

describe('the place of a viewport', () => {
  it('comes back at the same image, window and part of the image on another screen', () => {
    const cell = emptyCell(0);
    cell.set = set(1);
    cell.index = 7;
    cell.window = { center: -600, width: 1500 };
    cell.view = { zoom: 4, center: [64, 192], rotationDeg: 90, mirrored: true };
    cell.stage = { size: { width: 512, height: 512 } } as NonNullable<typeof cell.stage>;
    const place = placeOfCell(cell) ?? expect.fail();
    expect(place).toMatchObject({ zoom: 2, center: [0.25, 0.75], rotationDeg: 90, mirrored: true, window: { center: -600, width: 1500 } });
    const session = parseSession(
      JSON.parse(
        JSON.stringify(
          withPlace(parseSession(undefined), study.StudyInstanceUID, {
            layout: '1x1',
            activeCell: 0,
            maximised: false,
            cells: [place, null],
            at: '2026-11-22T08:00:00Z',
          }),
        ),
      ),
    );
    const back = session.places[study.StudyInstanceUID]?.cells[0] ?? expect.fail();
    expect(indexOfPlace(back, set(1))).toBe(7);
    expect(viewOfPlace(back, planeOf(set(1).frames[7] ?? expect.fail()), { width: 1024, height: 1024 })).toEqual({
      zoom: 8,
      center: [64, 192],
      rotationDeg: 90,
      mirrored: true,
    });
  });

  it('is kept for a limited number of studies, the newest ones', () => {
    let session = parseSession(undefined);
    for (let at = 0; at < 60; at++) {
      const uid = fakeRow(at).StudyInstanceUID;
      session = withPlace(session, uid, { layout: '1x1', activeCell: 0, maximised: false, cells: [], at: `2026-01-01T00:${String(at).padStart(2, '0')}:00Z` });
    }
    expect(Object.keys(session.places)).toHaveLength(40);
    expect(session.places[fakeRow(59).StudyInstanceUID]).toBeDefined();
    expect(session.places[fakeRow(0).StudyInstanceUID]).toBeUndefined();
  });

  it('is empty when what was stored is not readable', () => {
    expect(parseSession({ version: 99, tabs: 'x' })).toMatchObject({ tabs: [], active: 'worklist' });
  });

  it("takes the file's window until the user has one", () => {
    const cell = emptyCell(0);
    cell.set = set(1);
    expect(voiOfCell(cell)).toEqual({ kind: 'LINEAR', center: 40, width: 400 });
    cell.window = { center: 1, width: 2 };
    expect(voiOfCell(cell)).toEqual({ kind: 'LINEAR', center: 1, width: 2 });
  });

  it('does not believe absurd pixel shapes', () => {
    expect(pixelAspect({ spacingMm: [2, 1] })).toBe(2);
    expect(pixelAspect({ spacingMm: [0, 1] })).toBe(1);
    expect(pixelAspect({ aspectRatio: [3, 4] })).toBe(0.75);
    expect(pixelAspect({})).toBe(1);
  });
});

describe('the scrollbar', () => {
  it('marks runs of loaded, requested and failed images', () => {
    const states = ['loaded', 'loaded', 'requested', 'waiting', 'failed', 'loaded'] as const;
    expect(markRuns(6, (index) => states[index] ?? 'waiting')).toEqual([
      { kind: 'loaded', from: 0, to: 2 },
      { kind: 'requested', from: 2, to: 3 },
      { kind: 'failed', from: 4, to: 5 },
      { kind: 'loaded', from: 5, to: 6 },
    ]);
    expect(missingMarks(set(2))).toEqual([13 / 48]);
  });
});

describe('the mouse', () => {
  it('has pan in the middle, zoom on the right, and W/L with Shift always', () => {
    expect([
      toolOfButton(0, false, 'scroll'),
      toolOfButton(0, true, 'scroll'),
      toolOfButton(1, false, 'scroll'),
      toolOfButton(2, false, 'scroll'),
      toolOfButton(3, false, 'scroll'),
    ]).toEqual(['scroll', 'window', 'pan', 'zoom', undefined]);
  });

  it('scrolls one image for a slow notch and more for a fast spin', () => {
    const slow = new WheelStepper();
    expect([0, 200, 400, 600].map((ms) => slow.steps(120, 0, ms))).toEqual([1, 1, 1, 1]);
    const fast = new WheelStepper();
    const steps = Array.from({ length: 12 }, (_, at) => fast.steps(120, 0, at * 15));
    expect(steps[0]).toBe(1);
    expect(steps.at(-1)).toBeGreaterThan(3);
    expect(fast.steps(-120, 0, 1000)).toBe(-1);
  });

  it('adds up the small steps of a trackpad', () => {
    const pad = new WheelStepper();
    const moved = Array.from({ length: 40 }, (_, at) => pad.steps(8, 0, at * 16)).reduce((sum, step) => sum + step, 0);
    expect(moved).toBe(4);
  });
});
