import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ObjectStore, StoreOutcome } from '../../../electron/services/cache/types';
import type { PlannedObject } from '../../../electron/services/demo';
import { planDemo, runDemo } from '../../../electron/services/demo';
import { readElements } from '../../support/e2e/elements';

const OPTIONS = { seed: 1, today: '20261122' };
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function seriesOf(plan: readonly PlannedObject[], study: string, series: string): PlannedObject[] {
  return plan.filter((object) => object.study === study && object.series === series);
}

function numbers(text: string | undefined): number[] {
  return (text ?? '').split('\\').map(Number);
}

function headerOf(planned: PlannedObject) {
  const elements = readElements(planned.make().dataSet);
  return {
    position: numbers(elements.text('00200032')),
    orientation: numbers(elements.text('00200037')),
    spacing: numbers(elements.text('00280030')),
    imageType: elements.text('00080008'),
    frame: elements.text('00200052'),
    patientId: elements.text('00100020'),
    study: elements.text('0020000d'),
    date: elements.text('00080020'),
    pixels: elements.bytes('7fe00010'),
  };
}

describe('the demo studies', () => {
  const plan = planDemo(OPTIONS);

  it('are the same bytes for the same seed and day, whichever image is made first', () => {
    const forwards = [plan[1], plan[5], plan[plan.length - 2]].map((object) => digest(object!.make().dataSet));
    const again = planDemo(OPTIONS);
    const backwards = [again[plan.length - 2], again[5], again[1]].map((object) => digest(object!.make().dataSet)).reverse();
    expect(backwards).toEqual(forwards);
  });

  it('differ with the seed', () => {
    const other = planDemo({ ...OPTIONS, seed: 2 });
    expect(digest(other[5]!.make().dataSet)).not.toBe(digest(plan[5]!.make().dataSet));
    expect(other[5]!.StudyInstanceUID).not.toBe(plan[5]!.StudyInstanceUID);
  });

  it('name every object once', () => {
    const uids = plan.filter((_, index) => index % 40 === 0).map((object) => object.make().SOPInstanceUID);
    expect(new Set(uids).size).toBe(uids.length);
    for (const uid of uids) expect(uid).toMatch(/^2\.25\.[1-9][0-9]{1,38}$/);
  });

  it('stack the chest slices downwards two millimetres apart in one plane', () => {
    const slices = seriesOf(plan, 'ct-chest', 'soft');
    expect(slices).toHaveLength(150);
    const picked = [0, 1, 2, 75, 149].map((index) => headerOf(slices[index]!));
    for (const slice of picked) {
      expect(slice.orientation).toEqual([1, 0, 0, 0, 1, 0]);
      expect(slice.position.slice(0, 2)).toEqual(picked[0]!.position.slice(0, 2));
      expect(slice.frame).toBe(picked[0]!.frame);
    }
    expect(picked.map((slice) => picked[0]!.position[2]! - slice.position[2]!)).toEqual([0, 2, 4, 150, 298]);
  });

  it('aim the scouts at the front and the side, head up, in the frame of the slices', () => {
    const [frontal, lateral] = seriesOf(plan, 'ct-chest', 'topogram').map(headerOf);
    const slice = headerOf(seriesOf(plan, 'ct-chest', 'soft')[0]!);
    expect(frontal!.orientation).toEqual([1, 0, 0, 0, 0, -1]);
    expect(lateral!.orientation).toEqual([0, 1, 0, 0, 0, -1]);
    expect(frontal!.imageType).toContain('LOCALIZER');
    expect(frontal!.frame).toBe(slice.frame);
    // The head is up: the lungs' air (dark) lies above the liver (bright) on the patient's right, which is left in the picture.
    const pixels = new Int16Array(frontal!.pixels.slice().buffer);
    const at = (row: number, column: number) => pixels[row * 512 + column]!;
    expect(at(130, 170)).toBeLessThan(at(360, 170));
    expect(frontal!.position[2]! - slice.position[2]!).toBeGreaterThan(0);
  });

  it('give the prior another frame, another thickness and an earlier day of the same patient', () => {
    const now = headerOf(seriesOf(plan, 'ct-chest', 'soft')[0]!);
    const [before, next] = seriesOf(plan, 'ct-chest-prior', 'soft').slice(0, 2).map(headerOf);
    expect(before!.patientId).toBe(now.patientId);
    expect(before!.study).not.toBe(now.study);
    expect(before!.frame).not.toBe(now.frame);
    expect(before!.date! < now.date!).toBe(true);
    expect(before!.position[2]! - next!.position[2]!).toBe(5);
  });

  it('holds tissue where its Hounsfield values say: air outside, lung, blood, bone', () => {
    const slice = headerOf(seriesOf(plan, 'ct-chest', 'soft')[47]!);
    const pixels = new Int16Array(slice.pixels.slice().buffer);
    // Mean of a square of 7 pixels about a place of the phantom, in HU.
    const at = (x: number, y: number) => {
      const column = Math.round((x - slice.position[0]!) / slice.spacing[1]!);
      const row = Math.round((y - slice.position[1]!) / slice.spacing[0]!);
      let sum = 0;
      for (let r = -3; r <= 3; r++) for (let c = -3; c <= 3; c++) sum += pixels[(row + r) * 512 + column + c]! - 1024;
      return sum / 49;
    };
    expect(Math.abs(at(-180, -150) + 1000)).toBeLessThan(25);
    expect(Math.abs(at(25, 31) - 41)).toBeLessThan(12);
    expect(at(-80, -30)).toBeLessThan(-650);
    expect(at(0, 47)).toBeGreaterThan(90);
  });

  it('tilts the transverse MR series together and takes T1 sagittally', () => {
    const sagittal = seriesOf(plan, 'mr-brain', 't1-sag').slice(0, 2).map(headerOf);
    expect(sagittal[0]!.orientation).toEqual([0, 1, 0, 0, 0, -1]);
    expect(Math.abs(sagittal[1]!.position[0]! - sagittal[0]!.position[0]!)).toBeCloseTo(5.5, 5);
    const t2 = seriesOf(plan, 'mr-brain', 't2-ax').map(headerOf);
    const flair = headerOf(seriesOf(plan, 'mr-brain', 'flair-ax')[0]!);
    expect(flair.position).toEqual(t2[0]!.position);
    expect(flair.frame).toBe(sagittal[0]!.frame);
    const [, , , , cy, cz] = t2[0]!.orientation as [number, number, number, number, number, number];
    expect(Math.hypot(cy, cz)).toBeCloseTo(1, 5);
    for (let i = 1; i < t2.length; i++) {
      const step = [0, 1, 2].map((k) => t2[i]!.position[k]! - t2[i - 1]!.position[k]!);
      const along = -cz * step[1]! + cy * step[2]!;
      // Row is +x, so the normal is (0, -cz, cy).
      expect(along).toBeCloseTo(5.5, 4);
      expect(Math.hypot(...step)).toBeCloseTo(5.5, 4);
    }
  });
});

describe('runDemo', () => {
  it('hands every image to the store, reports progress, and counts refusals', async () => {
    const kept: string[] = [];
    const refusal: StoreOutcome = { kind: 'refused', status: 0xa700, comment: 'no room' };
    const store = fakeStore((uid) => {
      kept.push(uid);
      return kept.length === 2 ? refusal : undefined;
    });
    const progress: number[] = [];
    const result = await runDemo(store, { ...OPTIONS, studies: ['ct-chest-prior'] }, new AbortController().signal, (now) => progress.push(now.done));
    expect(result.stored).toBe(kept.length - 1);
    expect(result.refused).toEqual([{ name: 'ct-chest-prior, image 2', reason: 'no room' }]);
    expect(progress).toEqual(kept.map((_, index) => index + 1));
    expect(result.studies).toHaveLength(1);
  });

  it('stops between two images when it is cancelled', async () => {
    const stop = new AbortController();
    let count = 0;
    const store = fakeStore(() => {
      count++;
      if (count === 3) stop.abort(new Error('enough'));
      return undefined;
    });
    await expect(runDemo(store, { ...OPTIONS, studies: ['mr-brain'] }, stop.signal, () => undefined)).rejects.toThrow('enough');
    expect(count).toBe(3);
  });
});

/** Takes objects and answers with `outcome(uid)`, or with a refusal-free "duplicate" made from nothing. */
function fakeStore(outcome: (uid: string) => StoreOutcome | undefined): ObjectStore {
  return {
    admission: () => undefined,
    receive: (incoming) => ({
      write: () => true,
      drained: () => Promise.resolve(),
      abort: () => undefined,
      finish: () => Promise.resolve(outcome(incoming.SOPInstanceUID) ?? ({ kind: 'stored' } as StoreOutcome)),
    }),
  };
}
