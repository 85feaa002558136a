import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { walkDataSet } from '../../../electron/services/part10';
import type { DemoObject, PlannedObject } from '../../../electron/services/demo';
import { planDemo } from '../../../electron/services/demo';
import { readElements } from '../../support/e2e/elements';

const OPTIONS = { seed: 1, today: '20261122', studies: 'all' as const };
const plan = planDemo(OPTIONS);
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const of = (study: string, series?: string): PlannedObject[] =>
  plan.filter((object) => object.study === study && (series === undefined || object.series === series));

/** What the program itself reads of an object. */
function read({ dataSet, TransferSyntaxUID }: DemoObject) {
  const walked = walkDataSet(dataSet, { TransferSyntaxUID });
  if (!walked.ok) throw new Error(walked.reason.code);
  return walked.attributes;
}

function first(study: string, series?: string): DemoObject {
  const [object] = of(study, series);
  if (object === undefined) throw new Error(`no ${study} ${series ?? ''}`);
  return object.make();
}

describe('the patients of the demo archive', () => {
  it('are what the workstation makes at first run, and more', () => {
    const local = planDemo({ seed: 1, today: '20261122' });
    expect([...new Set(local.map(({ study }) => study))]).toEqual(['ct-chest', 'ct-chest-prior', 'mr-brain']);
    const all = new Set(plan.map(({ study }) => study));
    for (const { study } of local) expect(all).toContain(study);
    expect([...all].sort()).toEqual(
      'ct-chest ct-chest-prior ct-gap cr-chest ecg mg mg-prior mr-brain mr-enhanced mr-mixed pet-ct us-heart xa-heart'.split(' ').sort(),
    );
  });

  it('are the same objects in the workstation and in its archive', () => {
    const local = planDemo({ seed: 1, today: '20261122' }).find(({ study }) => study === 'mr-brain');
    const archived = of('mr-brain')[0];
    expect(digest(archived!.make().dataSet)).toBe(digest(local!.make().dataSet));
  });

  it('have other UIDs on another day, as their dates are other bytes', () => {
    const [today, tomorrow] = ['20261122', '20261123'].map((day) =>
      planDemo({ ...OPTIONS, today: day })
        .find(({ study }) => study === 'ecg')!
        .make(),
    );
    expect(tomorrow!.SOPInstanceUID).not.toBe(today!.SOPInstanceUID);
    expect(digest(tomorrow!.dataSet)).not.toBe(digest(today!.dataSet));
  });

  it.each([
    ['ct-gap', 'حداد^ليلى'],
    ['ecg', 'GRÖßMANN^Jürgen'],
    ['cr-chest', 'Соколова^Мария^Ивановна'],
    ['pet-ct', 'Hong^Gildong=洪^吉洞=홍^길동'],
  ])('%s says its name in its own writing', (study, name) => {
    const object = study === 'cr-chest' ? first(study, 'presentation') : study === 'pet-ct' ? first(study, 'report') : first(study);
    expect(read(object).PatientName).toBe(name);
  });

  it('lack four slices in the middle of one study', () => {
    const slices = of('ct-gap');
    expect(slices).toHaveLength(52);
    const around = slices.slice(20, 22).map((object) => read(object.make()));
    expect(around.map(({ InstanceNumber }) => InstanceNumber)).toEqual(['21', '26']);
    expect(around[0]!.image!.positionLps![2] - around[1]!.image!.positionLps![2]).toBe(25);
  });

  it('have one study under two patient numbers', () => {
    const ids = [first('mr-mixed', 't2-ax'), first('mr-mixed', 'flair-ax')].map(read);
    expect(new Set(ids.map(({ StudyInstanceUID }) => StudyInstanceUID)).size).toBe(1);
    expect(ids.map(({ PatientID }) => PatientID)).toEqual(['DEMO-2001', 'DEMO-2010']);
  });

  it('share one frame of reference between PET and CT, slice by slice at the same place', () => {
    const [ct, pt] = [of('pet-ct', 'CT')[12]!.make(), of('pet-ct', 'PT')[12]!.make()].map(read);
    expect(pt!.FrameOfReferenceUID).toBe(ct!.FrameOfReferenceUID);
    expect(pt!.FrameOfReferenceUID).not.toBe('');
    expect(pt!.image?.positionLps?.[2]).toBe(-731 - 12 * 5);
    expect(ct!.image?.positionLps?.[2]).toBe(-731 - 12 * 5);
  });

  it('hold the body-weight SUV that was meant: dose decayed to the series, weight, slope of the slice', () => {
    const object = of('pet-ct', 'PT')[12]!.make();
    const elements = readElements(object.dataSet);
    const pixels = new Int16Array(elements.bytes('7fe00010').slice().buffer);
    const slope = Number(elements.text('00281053'));
    const radiopharmaceutical = readElements(elements.bytes('00540016').subarray(8));
    const half = Number(radiopharmaceutical.text('00181075'));
    const dose = Number(radiopharmaceutical.text('00181074'));
    const seconds = (tm: string | undefined) => Number(tm?.slice(0, 2)) * 3600 + Number(tm?.slice(2, 4)) * 60 + Number(tm?.slice(4));
    const waited = seconds(elements.text('00080031')) - seconds(radiopharmaceutical.text('00181072'));
    const factor = (Number(elements.text('00101030')) * 1000) / (dose * 2 ** (-waited / half));
    const suvs = [...pixels].map((pixel) => pixel * slope * factor);
    // The nodule takes up about 10.6, blurred to less; most of the picture is air.
    const hottest = Math.max(...suvs);
    expect(hottest).toBeGreaterThan(6);
    expect(hottest).toBeLessThan(11);
    expect(suvs.filter((suv) => suv > 3).length).toBeLessThan(40);
  });

  it('refer to slices that are there', () => {
    const note = Buffer.from(first('pet-ct', 'key-images').dataSet).toString('latin1');
    const slices = [12, 13, 20].map((index) => of('pet-ct', 'CT')[index]!.make().SOPInstanceUID);
    for (const uid of slices) expect(note).toContain(uid);
  });
});
