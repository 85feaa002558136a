import { cornerTableOf, DEFAULT_CORNER_TABLES, InstanceId, pixelAspect, SopInstanceUid, TextItem } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { emptyCell, indexOfPlace, placeOfCell, planeOf, viewOfPlace, voiOfCell } from '../../../renderer/features/viewer/cell';
import { hangingOrder, nothingToShow, patientsOf, studyOfSet } from '../../../renderer/features/viewer/hanging';
import { type TextContext, textOf } from '../../../renderer/features/viewer/corner-items';
import { gestureOf, lostByHand, toolOfGesture, wheelActionOf } from '../../../renderer/features/viewer/gestures';
import { markOfOther, wordsOfOther } from '../../../renderer/features/viewer/prior-words';
import { markRuns, missingMarks } from '../../../renderer/features/viewer/scroll-marks';
import { cornerLines, levelWithin, stateLines, wholeParts } from '../../../renderer/features/viewer/viewport-texts';
import { WheelStepper } from '../../../renderer/features/viewer/wheel-stepper';
import { CellPlace, EMPTY_SESSION, parseSession, withPlace } from '../../../renderer/stores/session-schema';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';

const study = fakeRow(4);
const sets = fakeSets(study);
const set = (at: number) => sets[at] ?? expect.fail(`no set ${at}`);

const context = (changes: Partial<TextContext> = {}): TextContext => ({
  ...{ study, set: set(1), index: 2, frame: set(1).frames[2], voi: { kind: 'LINEAR', center: 40, width: 400 }, wholeRange: false },
  ...{ zoom: 1.14, inverted: false, locale: 'de-DE', display: 'display: not calibrated' },
  ...changes,
});
const LEVELS = ['full', 'reading', 'minimal'] as const;
const EMPTY = { topLeft: [], topRight: [], bottomLeft: [], bottomRight: [] };
const textsOf = (lines: readonly { text: string }[]) => lines.map((line) => line.text);

describe('corner texts', () => {
  it('have the name and the id of the patient at every level, whatever the table says', () => {
    for (const level of LEVELS) {
      for (const table of [EMPTY, cornerTableOf('CT', {})]) {
        const texts = textsOf(cornerLines(table, level, context(), undefined).topLeft);
        expect(texts.slice(0, 2)).toEqual(['PETROV, Nikolai', `ID ${study.PatientID}`]);
      }
    }
  });

  it('say so when name or id is missing', () => {
    const nobody = fakeRow(4, { PatientName: '', PatientID: '' });
    expect(textsOf(cornerLines(EMPTY, 'minimal', context({ study: nobody }), undefined).topLeft)).toEqual(['no name', 'ID not given']);
  });

  it('are those of the patient whom the images name, whatever the study says', () => {
    const patient = { PatientName: 'WRONG^Walter', PatientID: '9', IssuerOfPatientID: '', PatientBirthDate: '19300101', PatientSex: 'M' };
    const stray = { ...set(1), patient };
    const tab = { uid: study.StudyInstanceUID, opened: { study, series: [], displaySets: [stray], priors: [], revision: 1 }, priors: new Map() };
    const shown = studyOfSet(tab as never, stray) ?? expect.fail();
    expect(textsOf(cornerLines(EMPTY, 'minimal', context({ study: shown }), undefined).topLeft)).toEqual(['WRONG, Walter', 'ID 9']);
    expect(studyOfSet(tab as never, set(1))).toBe(study);
    expect(stateLines(stray, undefined, study, '').at(-1)).toEqual({ level: 'danger', text: 'these images name another patient than their study' });
    expect(patientsOf([study, shown])).toBe(2);
  });

  it('count patients: another id or birth date, not another spelling of the name in a prior', () => {
    const prior = (changes: Partial<typeof study>) => fakeRow(5, { ...study, StudyInstanceUID: fakeRow(5).StudyInstanceUID, ...changes });
    expect(patientsOf([study, study, prior({ PatientName: 'MARRIED^Name' })])).toBe(1);
    expect(patientsOf([study, prior({ PatientBirthDate: '19010101' })])).toBe(2);
    expect(patientsOf([study, prior({ PatientID: 'other' })])).toBe(2);
    expect(patientsOf([{ ...study, PatientID: '' }, prior({ PatientID: '', PatientName: 'Someone^Else' })])).toBe(2);
    expect(patientsOf([{ ...study, PatientBirthDate: '' }, prior({})])).toBe(1);
  });

  it('name a prior with its age in bold and its date at every level', () => {
    const old = fakeRow(5, { StudyDate: '20240719' });
    for (const level of LEVELS) {
      const { topRight } = cornerLines(cornerTableOf('CT', {}), level, context({ study: old }), fakeRow(4, { StudyDate: '20261122' }));
      expect(topRight[0]).toEqual({ text: 'PRIOR, 2 y 4 m', strong: true });
      const later = cornerLines(cornerTableOf('CT', {}), level, context({ study: fakeRow(4, { StudyDate: '20261122' }) }), old);
      expect(later.topRight[0], 'an older study is the one that was opened').toEqual({ text: 'LATER, 2 y 4 m', strong: true });
      expect(textsOf(topRight).join()).toContain('19.07.2024');
    }
  });

  it.each([
    ['20261122', '0800', '20261122', '0930', 'PRIOR', 'PRIOR, same day'],
    ['20261122', '093000.5', '20261122', '08:00', 'LATER', 'LATER, same day'],
    ['20261122', '0800', '20261122', '080030', 'OTHER', 'OTHER STUDY, same day'],
    ['20261122', '', '20261122', '0930', 'OTHER', 'OTHER STUDY, same day'],
    ['2026.11.20', '0930', '20261122', '', 'PRIOR', 'PRIOR, 2 d'],
    ['20261122', '', '20261120', '', 'LATER', 'LATER, 2 d'],
    ['', '0930', '20261122', '0930', 'OTHER', 'OTHER STUDY'],
    ['20261322', '', '20261122', '', 'OTHER', 'OTHER STUDY'],
  ] as const)('say of a study of %s %s beside one of %s %s what its dates and times prove: %s', (StudyDate, StudyTime, openedDate, openedTime, mark, words) => {
    const opened = { StudyDate: openedDate, StudyTime: openedTime };
    expect(markOfOther({ StudyDate, StudyTime }, opened)).toBe(mark);
    expect(wordsOfOther({ StudyDate, StudyTime }, opened)).toBe(words);
  });

  it('give the coordinate across the slice and its axis', () => {
    expect(textsOf(cornerLines(cornerTableOf('CT', {}), 'full', context(), undefined).bottomLeft)).toEqual(['2 Axial lung', 'Im 3/48', 'z 1005.0 mm, 2.5 mm']);
  });

  it('never show millimetres without their basis', () => {
    const frame = set(1).frames[0] ?? expect.fail();
    const right = (changes: Partial<TextContext>) => textsOf(cornerLines(cornerTableOf('CT', {}), 'full', context(changes), undefined).bottomRight);
    expect(right({ frame })).toEqual(['W 400 L 40', 'zoom 1.14', 'display: not calibrated', 'mm: Pixel Spacing 0.977']);
    const { spacingMm: _none, ...bare } = frame;
    expect(right({ frame: { ...bare, spacingBasis: 'none' } }).at(-1)).toBe('mm: not known');
  });

  it('always say that an image was compressed with loss, by how much and how', () => {
    const frame = set(1).frames[0] ?? expect.fail();
    const lossy = (changes: object) => cornerLines(EMPTY, 'minimal', context({ frame: { ...frame, ...changes } }), undefined).bottomRight[0]?.text;
    expect(lossy({ lossy: { ratio: 12, method: 'ISO_15444_1' } })).toBe('lossy 12:1 (JPEG 2000)');
    expect(lossy({ lossy: {}, TransferSyntaxUID: '1.2.840.10008.1.2.4.50' })).toBe('lossy, ratio not stated (JPEG)');
    expect(lossy({ lossy: { ratio: 8, method: 'OWN_WAY' } })).toBe('lossy 8:1 (OWN_WAY)');
    expect(lossy({})).toBeUndefined();
    // The object says nothing, but its syntax cannot but lose.
    expect(lossy({ TransferSyntaxUID: '1.2.840.10008.1.2.4.51' })).toBe('lossy, ratio not stated (JPEG)');
    expect(lossy({ TransferSyntaxUID: '1.2.840.10008.1.2.4.81' })).toBe('lossy, ratio not stated (JPEG-LS)');
    expect(lossy({ TransferSyntaxUID: '1.2.840.10008.1.2.4.111' })).toBe('lossy, ratio not stated (JPEG XL)');
    expect(lossy({ TransferSyntaxUID: '1.2.840.10008.1.2.4.90' })).toBeUndefined();
    expect(lossy({ lossy: { ratio: 20 }, TransferSyntaxUID: '1.2.840.10008.1.2.4.70' })).toBe('lossy 20:1');
  });

  it('are broken before no figure and after none', () => {
    expect(wholeParts('mm: Imager Pixel Spacing (at the detector) 0.094')).toEqual(['mm:', 'Imager', 'Pixel', 'Spacing', '(at', 'the', 'detector) 0.094']);
    expect(wholeParts('lossy 12:1 (JPEG 2000)')).toEqual(['lossy 12:1', '(JPEG 2000)']);
    expect(wholeParts('W 350 L -40, zoom 1.00, 120 kV')).toEqual(['W 350 L -40,', 'zoom 1.00,', '120 kV']);
  });

  it('are the least there are in a small viewport, unless the user wants all', () => {
    expect(levelWithin('full', { width: 240, height: 180 }, true)).toBe('minimal');
    expect(levelWithin('full', { width: 240, height: 180 }, false)).toBe('full');
    expect(levelWithin('reading', { width: 640, height: 480 }, true)).toBe('reading');
    expect(textsOf(cornerLines(cornerTableOf('CT', {}), 'minimal', context(), undefined).bottomLeft)).toEqual(['2 Axial lung', 'Im 3/48']);
  });

  it('follow the table of the modality: order, levels, texts on one line', () => {
    const own = {
      CT: {
        ...EMPTY,
        topLeft: [
          { item: 'matrix' as const, level: 'minimal' as const },
          { item: 'window' as const, level: 'full' as const, joined: true },
        ],
      },
    };
    const lines = (level: 'minimal' | 'full') => textsOf(cornerLines(cornerTableOf('CT', own), level, context(), undefined).topLeft).slice(2);
    expect(lines('full')).toEqual(['256 x 256, W 400 L 40']);
    expect(lines('minimal')).toEqual(['256 x 256']);
    expect(cornerTableOf('MR', own)).toBe(DEFAULT_CORNER_TABLES.MR);
    expect(cornerTableOf('XC', own)).toBe(DEFAULT_CORNER_TABLES.other);
  });

  it('tell how the image was made where it says so', () => {
    const frame = { ...(set(1).frames[0] ?? expect.fail()) };
    const text = (item: TextItem, acquisition: Record<string, string>, modality = 'CT') =>
      textOf(item, context({ set: { ...set(1), Modality: modality }, frame: { ...frame, acquisition } }));
    expect(text('tube', { KVP: '120.0' })).toBe('120 kV');
    expect(text('exposure', { XRayTubeCurrent: '250', Exposure: '120' })).toBe('250 mA, 120 mAs');
    expect(text('echo', { RepetitionTime: '500', EchoTime: '12.50' })).toBe('TR 500 TE 12.5');
    expect(text('angles', { PositionerPrimaryAngle: '-30', PositionerSecondaryAngle: '12.25' }, 'XA')).toBe('RAO 30.0°, CRA 12.3°');
    expect(text('angles', { PositionerPrimaryAngle: '45' }, 'MG')).toBe('angle 45°');
    expect(text('view', { ImageLaterality: 'L', ViewPosition: 'MLO' }, 'MG')).toBe('L MLO');
    expect(text('tube', { KVP: 'high' })).toBe('high kV');
    for (const item of TextItem.options) expect(typeof text(item, {})).toBe('string');
  });

  it('stack the states with the worst last', () => {
    const counts = { total: 48, loaded: 10, failed: 0, room: 48 };
    expect(stateLines(set(2), counts, study, '').map((state) => state.level)).toEqual(['calm', 'attention', 'attention']);
    const gap = (after: number) => ({ kind: 'missing' as const, after, count: 2, text: `2 images missing between ${after} and ${after + 1}` });
    const gaps = [gap(3), gap(9), gap(20), { kind: 'spacingDiffers' as const, text: 'not a volume' }];
    expect(stateLines({ ...set(1), notes: gaps }, undefined, study, '')).toEqual([
      {
        level: 'attention',
        text: '6 images missing in 3 places',
        more: gaps
          .slice(0, 3)
          .map(({ text }) => text)
          .join('\n'),
      },
      { level: 'attention', text: 'not a volume' },
    ]);
    const patient = { PatientName: 'WRONG^Walter', PatientID: '9', IssuerOfPatientID: '', PatientBirthDate: '', PatientSex: '' };
    const undecoded = set(1).frames.map((frame, at) => (at === 0 ? { ...frame, cannotDecode: 'X (1.2)' } : frame));
    const gate = { level: 'attention' as const, text: 'display is not fit for CT' };
    const all = stateLines({ ...set(1), notes: gaps, patient, frames: undecoded }, counts, study, '', [], [{ level: 'calm', text: 'linked' }, gate]);
    expect(all.map(({ level }) => level)).toEqual(['calm', 'calm', ...Array.from({ length: 4 }, () => 'attention'), 'danger']);
    expect([all[0]?.text, all[2], all.at(-1)?.text]).toEqual(['linked', gate, 'these images name another patient than their study']);
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
  it('is kept of what has no frames too, with the object that stood there', () => {
    const object = (number: number) => ({
      ...{ instanceId: InstanceId.parse(number), SOPInstanceUID: SopInstanceUid.parse(`2.25.9${number}`), InstanceNumber: String(number) },
      ...{ SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11', TransferSyntaxUID: '1.2.840.10008.1.2.1' },
    });
    const reports = { ...set(4), objects: [object(1), object(2)] };
    const place = CellPlace.parse(placeOfCell({ ...emptyCell(0), set: reports, index: 1 }));
    expect(place).toMatchObject({ displaySetId: reports.id, SOPInstanceUID: '2.25.92', zoom: 'fit' });
    expect(indexOfPlace(place, { ...reports, objects: [object(3), object(1), object(2)] }), 'when more have come').toBe(2);
    expect(placeOfCell({ ...emptyCell(0), set: set(4) })?.displaySetId, 'what is only named').toBe(set(4).id);
    expect(placeOfCell(emptyCell(0))).toBeNull();
  });

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
          withPlace(EMPTY_SESSION, study.StudyInstanceUID, {
            layout: '1x1',
            activeCell: 0,
            maximised: false,
            cells: [place, null],
            at: '2026-11-22T08:00:00Z',
          }),
        ),
      ),
    );
    const back = session?.places[study.StudyInstanceUID]?.cells[0] ?? expect.fail();
    expect(indexOfPlace(back, set(1))).toBe(7);
    expect(viewOfPlace(back, planeOf(set(1).frames[7] ?? expect.fail(), undefined), { width: 1024, height: 1024 })).toEqual({
      zoom: 8,
      center: [64, 192],
      rotationDeg: 90,
      mirrored: true,
    });
  });

  it('is kept for a limited number of studies, the newest ones', () => {
    let session = EMPTY_SESSION;
    for (let at = 0; at < 60; at++) {
      const uid = fakeRow(at).StudyInstanceUID;
      session = withPlace(session, uid, { layout: '1x1', activeCell: 0, maximised: false, cells: [], at: `2026-01-01T00:${String(at).padStart(2, '0')}:00Z` });
    }
    expect(Object.keys(session.places)).toHaveLength(40);
    expect(session.places[fakeRow(59).StudyInstanceUID]).toBeDefined();
    expect(session.places[fakeRow(0).StudyInstanceUID]).toBeUndefined();
  });

  it('is not taken from what is not readable', () => {
    expect(parseSession({ version: 99, tabs: 'x' })).toBeUndefined();
    expect(parseSession(undefined)).toMatchObject({ tabs: [], active: 'worklist' });
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
  it('does at first what interface.md says, with and without a key held', () => {
    const none = { ctrlKey: false, altKey: false, shiftKey: false };
    const tool = (button: number, held: object) => {
      const gesture = gestureOf(button, { ...none, ...held });
      return gesture === undefined ? undefined : toolOfGesture(gesture, {}, 'pan');
    };
    expect([tool(0, {}), tool(0, { shiftKey: true }), tool(1, {}), tool(2, {}), tool(3, {})]).toEqual(['pan', 'window', 'pan', 'zoom', undefined]);
    expect([tool(1, { shiftKey: true }), tool(2, { ctrlKey: true }), tool(0, { altKey: true })]).toEqual(['pan', 'zoom', 'windowBox']);
    const wheel = (held: object) => wheelActionOf({ ...none, ...held }, {});
    expect([wheel({}), wheel({ ctrlKey: true }), wheel({ shiftKey: true }), wheel({ altKey: true })]).toEqual(['scroll', 'zoom', 'scroll10', 'window']);
  });

  it('does what the user wants of each button, and says what nothing does any more', () => {
    const mouse = { buttons: { Right: 'scroll', 'Shift+Left': 'zoom' }, wheel: { Wheel: 'series' } } as const;
    expect(toolOfGesture('Right', mouse, 'window')).toBe('scroll');
    expect(toolOfGesture('Alt+Right', mouse, 'window')).toBe('scroll');
    expect(toolOfGesture('Shift+Left', mouse, 'window')).toBe('zoom');
    expect(wheelActionOf({ ctrlKey: false, altKey: false, shiftKey: false }, mouse)).toBe('series');
    expect(lostByHand({})).toEqual([]);
    expect(lostByHand(mouse)).toEqual([]);
    expect(lostByHand({ buttons: { Middle: 'none' } })).toEqual(['Neither a button nor the wheel pans: P puts it on the left button.']);
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

  it('moves by every notch, however many come in one event and however far the system says one goes', () => {
    const slow = (px: number, notches: number) => new WheelStepper().steps(px, 0, 0, true, notches);
    expect([slow(33, 1), slow(100, 1), slow(-360, 3)]).toEqual([1, 1, -3]);
    const plain = new WheelStepper();
    expect([0, 10, 20].map((ms) => plain.steps(240, 0, ms, false, 2))).toEqual([2, 2, 2]);
    const many = new WheelStepper();
    expect(many.steps(120 * 30, 0, 0, true, 30)).toBe(30);
  });

  it('adds up the small steps of a trackpad', () => {
    const pad = new WheelStepper();
    const moved = Array.from({ length: 40 }, (_, at) => pad.steps(8, 0, at * 16)).reduce((sum, step) => sum + step, 0);
    expect(moved).toBe(4);
  });
});
