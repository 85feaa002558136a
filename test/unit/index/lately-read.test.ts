import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StudyUid } from '@shared/domain';
import { createNodeFiles } from '../../../electron/services/cache';
import { type Index, type InstanceRecord, openIndex } from '../../../electron/services/index';
import { LatelyRead } from '../../../electron/services/index/lately-read';
import { hostEnvironment } from '../../support/storage-rig';
import { syntheticInstance } from '../../support/synthetic-index';

const PER_STUDY = 3;
const file = { dataOffset: 700, sha256: new Uint8Array(32).fill(7), chunkDigests: new Uint8Array(0) };
const object = (number: number, arrivedAtMs = 1000) => ({ ...syntheticInstance(number, PER_STUDY), arrivedAtMs });
const uidOf = (number: number): string => object(number).attributes.SOPInstanceUID;

describe('objects of a study that was read before', () => {
  const study = object(0).attributes.StudyInstanceUID as StudyUid;
  let index: Index;
  beforeEach(() => {
    index = openIndex(':memory:', hostEnvironment('/nowhere', createNodeFiles()));
    index.put([object(0), object(1)], { durable: false });
    for (const { id } of index.instances(study)) index.instance(id);
  });
  afterEach(() => index.close());

  it('are those that came since, too', () => {
    index.put([object(2)], { durable: false });
    expect(index.instances(study)).toHaveLength(3);
  });

  it('are what replaced them, also one by one', () => {
    const [first] = index.instances(study);
    index.put([{ ...object(0, 2000), sizeBytes: 4711 }], { durable: false });
    expect(first?.sizeBytes).not.toBe(4711);
    expect(index.instances(study).find(({ id }) => id === first?.id)?.sizeBytes).toBe(4711);
    expect(first && index.instance(first.id)?.sizeBytes).toBe(4711);
  });

  it('know their files as soon as these are there', () => {
    const [first] = index.instances(study);
    index.putFiles([{ SOPInstanceUID: uidOf(0), file }]);
    expect(first && index.instance(first.id)?.file?.dataOffset).toBe(700);
    expect(index.instances(study).map((record) => record.file?.dataOffset)).toEqual([700, 640]);
  });

  it('are gone when they were removed', () => {
    const [first] = index.instances(study);
    index.remove([uidOf(0)]);
    expect(first && index.instance(first.id)).toBeUndefined();
    expect(index.instances(study)).toHaveLength(1);
  });

  it('are gone with a database that was set aside', () => {
    index.replaceDamaged('damaged');
    expect(index.instances(study)).toEqual([]);
  });

  it('are a list of its own for each who asks', () => {
    index.instances(study).pop();
    expect(index.instances(study)).toHaveLength(2);
  });
});

describe('what stays of what was read', () => {
  const record = (id: number, frames = '') => ({ id, attributes: { image: { frames } } }) as unknown as InstanceRecord;
  const readTwice = (records: InstanceRecord[]): number => {
    const lately = new LatelyRead();
    let reads = 0;
    const read = () => {
      reads++;
      return records;
    };
    for (let n = 0; n < 2; n++) lately.study('1.2' as StudyUid, read);
    return reads;
  };

  it('is bounded by what objects say frame by frame, too', () => {
    expect(readTwice([record(1, 'x'.repeat(2 ** 20))])).toBe(1);
    const long = 'x'.repeat(2 ** 24);
    expect(readTwice([1, 2, 3].map((id) => record(id, long)))).toBe(2);
    const lately = new LatelyRead();
    for (const id of [1, 2, 3]) lately.study(String(id) as StudyUid, () => [record(id, long)]);
    expect([1, 2, 3].map((id) => lately.instance(id)?.id)).toEqual([undefined, undefined, 3]);
  });

  it('is nothing of a study that is not here', () => {
    expect(readTwice([])).toBe(2);
  });
});
