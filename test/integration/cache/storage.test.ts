import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CallError } from '@shared/contract';
import { StudyUid } from '@shared/domain';
import { type CacheNotice } from '../../../electron/services/cache';
import { layoutOf } from '../../../electron/services/cache/layout';
import { el, encodeDataSet, sampleImage } from '../../support/dicom';
import { storageOfEachTest } from '../../support/storage-of-each-test';
import { readBack, SENDER, store, testObject } from '../../support/storage-rig';

const STUDY = StudyUid.parse('2.25.11');
const here = storageOfEachTest();
const { objectPath } = here;
const rowsVisible = () => here.storage.cache.flush();

describe('storing objects', () => {
  it('keeps the bytes as received, from the journal and from the file', async () => {
    const object = testObject(1);
    expect(await store(here.storage.cache, object)).toMatchObject({ kind: 'stored', attributes: { SOPInstanceUID: object.SOPInstanceUID } });
    await expect.poll(() => here.storage.index.instanceByUid(object.SOPInstanceUID)).toBeDefined();
    expect(Buffer.compare((await readBack(here.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
    await here.storage.cache.flush();
    const file = readFileSync(objectPath(object.SOPInstanceUID));
    const record = here.storage.index.instanceByUid(object.SOPInstanceUID);
    expect(file.subarray(0, 128).every((byte) => byte === 0)).toBe(true);
    expect(file.subarray(128, 132).toString()).toBe('DICM');
    expect(Buffer.compare(file.subarray(record?.file?.dataOffset), object.bytes)).toBe(0);
    expect(Buffer.compare((await readBack(here.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
  });

  it('makes files of what lies idle in the journal without being asked', async () => {
    const object = testObject(1);
    await store(here.storage.cache, object);
    await expect.poll(() => existsSync(objectPath(object.SOPInstanceUID))).toBe(true);
  });

  it('shows the row of a study while its objects stand only in the journal', async () => {
    await store(here.storage.cache, testObject(1));
    await store(here.storage.cache, testObject(2));
    await expect.poll(() => here.storage.index.getStudy(STUDY)?.instanceCount).toBe(2);
    expect(here.storage.index.getStudy(STUDY)).toMatchObject({ PatientName: 'Doe^Jane', seriesCount: 1, where: { kind: 'arriving', received: 2 } });
  });

  it('takes an imported object for what its data set says when the meta header of its file is stale, and nothing else so', async () => {
    const object = testObject(1);
    const stale = { ...object, SOPInstanceUID: '2.25.999' };
    expect(await store(here.storage.cache, stale)).toMatchObject({ kind: 'refused', status: 0xa900 });
    expect(await store(here.storage.cache, stale, { kind: 'import', jobId: 'j', name: 'a.dcm' })).toMatchObject({ kind: 'stored' });
    await here.storage.cache.flush();
    expect(Buffer.compare((await readBack(here.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
    expect(existsSync(objectPath(object.SOPInstanceUID))).toBe(true);
    expect(existsSync(objectPath('2.25.999'))).toBe(false);
  });

  it('goes round many segments without losing one of them', async () => {
    const objects = Array.from({ length: 60 }, (_, n) => testObject(n, { pixelBytes: 9000 }));
    for (const object of objects) expect((await store(here.storage.cache, object)).kind).toBe('stored');
    await rowsVisible();
    for (const object of objects) expect(Buffer.compare((await readBack(here.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
    expect(readdirSync(layoutOf(here.rig.dir).journal).length).toBeLessThanOrEqual(3);
  });

  it('reads most of a chunk into the memory that is lent for it, whole while it is to be checked, and gives the range as a view', async () => {
    const object = testObject(1, { pixelBytes: 3_500_000 });
    await store(here.storage.cache, object, SENDER, 100_000);
    await rowsVisible();
    const id = here.storage.index.instanceByUid(object.SOPInstanceUID)?.id;
    if (id === undefined) throw new Error('no row');
    const lent: Uint8Array[] = [];
    const memory = (length: number): Uint8Array => {
      lent.push(new Uint8Array(length));
      return lent.at(-1) as Uint8Array;
    };
    const reading = { memory, turn: () => Promise.resolve() };
    for (const at of [0, 1]) {
      const most = await here.storage.cache.readRange(id, 2 ** 20 + 5, 2 ** 20 - 10, reading);
      expect(Buffer.compare(most, object.bytes.subarray(2 ** 20 + 5, 2 ** 21 - 5))).toBe(0);
      expect(most.buffer).toBe(lent[at]?.buffer);
    }
    expect(lent.map(({ length }) => length)).toEqual([2 ** 20, 2 ** 20 - 10]);
  });

  it('streams an object larger than the buffers to a file and gives the same bytes back', async () => {
    const object = testObject(1, { pixelBytes: 3_500_000 });
    expect((await store(here.storage.cache, object, SENDER, 100_000)).kind).toBe('stored');
    await rowsVisible();
    expect(Buffer.compare((await readBack(here.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
    const id = here.storage.index.instanceByUid(object.SOPInstanceUID)?.id;
    if (id === undefined) throw new Error('no row');
    const part = await here.storage.cache.readRange(id, 1_048_000, 2000);
    expect(Buffer.compare(part, object.bytes.subarray(1_048_000, 1_050_000))).toBe(0);
    expect(readdirSync(layoutOf(here.rig.dir).incoming)).toEqual([]);
  });

  it('forgets an object whose sender went away, buffered or streamed', async () => {
    for (const pixelBytes of [1000, 2_000_000]) {
      const { bytes, ...ids } = testObject(1, { pixelBytes });
      const writer = here.storage.cache.store.receive({ ...ids, source: SENDER });
      writer.write(bytes.subarray(0, bytes.length / 2));
      writer.abort();
    }
    await rowsVisible();
    await expect.poll(() => readdirSync(layoutOf(here.rig.dir).incoming)).toEqual([]);
    expect(here.storage.index.counts().objects).toBe(0);
    expect(here.storage.cache.quarantineList()).toEqual([]);
  });
});

describe('refusals', () => {
  it('refuses a data set that names another instance than the command with A900 and keeps the bytes aside', async () => {
    const object = testObject(1);
    const outcome = await store(here.storage.cache, { ...object, SOPInstanceUID: '2.25.999' });
    expect(outcome).toMatchObject({ kind: 'refused', status: 0xa900, quarantineId: expect.any(String) });
    expect(here.storage.cache.quarantineList()).toMatchObject([{ SOPInstanceUID: '2.25.999', from: 'MODALITY@127.0.0.1' }]);
    await rowsVisible();
    expect(here.storage.index.counts().objects).toBe(0);
  });

  it.each([1000, 2_000_000])('refuses a truncated data set of %i pixel bytes with C000 and keeps the bytes aside', async (pixelBytes) => {
    const object = testObject(1, { pixelBytes });
    const outcome = await store(here.storage.cache, { ...object, bytes: object.bytes.subarray(0, object.bytes.length - 7) });
    expect(outcome).toMatchObject({ kind: 'refused', status: 0xc000 });
    if (outcome.kind !== 'refused' || outcome.quarantineId === undefined) throw new Error('not in quarantine');
    const kept = readFileSync(join(layoutOf(here.rig.dir).quarantine, `${outcome.quarantineId}.dcm`));
    expect(kept.includes(Buffer.from(object.bytes.subarray(0, object.bytes.length - 7)))).toBe(true);
    expect(outcome.comment.length).toBeLessThanOrEqual(64);
  });

  it('refuses a data set without Study Instance UID with A900', async () => {
    const elements = sampleImage({ SOPInstanceUID: '2.25.5' }).filter((element) => element.tag !== 0x0020000d);
    const outcome = await store(here.storage.cache, { ...testObject(1), SOPInstanceUID: '2.25.5', bytes: encodeDataSet(elements) });
    expect(outcome).toMatchObject({ kind: 'refused', status: 0xa900 });
  });

  it.each(['../../etc/passwd', '1.2/3', '', '1'.repeat(65), '1.2 .3', '1..2'])('refuses "%s" as an instance UID with C000', async (SOPInstanceUID) => {
    expect(await store(here.storage.cache, { ...testObject(1), SOPInstanceUID })).toMatchObject({ kind: 'refused', status: 0xc000 });
  });
});

describe('duplicates', () => {
  it.each(['journal', 'file'] as const)('answers the same object again as a duplicate while the first stands in the %s', async (place) => {
    const object = testObject(1);
    await store(here.storage.cache, object);
    if (place === 'file') await here.storage.cache.flush();
    expect((await store(here.storage.cache, object)).kind).toBe('duplicate');
    await rowsVisible();
    expect(here.storage.index.counts().objects).toBe(1);
  });

  it('takes a re-encoded copy as the same content and keeps the first bytes', async () => {
    const object = testObject(1);
    await store(here.storage.cache, object);
    const pixels = new Uint8Array(48).map((_, at) => (31 + at) % 251);
    const elements = sampleImage({ Rows: 4, Columns: 6, pixels, InstanceNumber: 1, SOPInstanceUID: object.SOPInstanceUID });
    const implicit = { ...object, TransferSyntaxUID: '1.2.840.10008.1.2', bytes: encodeDataSet(elements, 'implicitLE') };
    expect((await store(here.storage.cache, implicit)).kind).toBe('duplicate');
    await rowsVisible();
    expect(Buffer.compare((await readBack(here.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
  });

  it.each([1000, 2_000_000])('never overwrites: other content under the same UID is refused with C000 and set aside (%i bytes)', async (pixelBytes) => {
    const object = testObject(1, { pixelBytes });
    await store(here.storage.cache, object);
    await rowsVisible();
    const other = testObject(1, { pixelBytes, PatientName: 'Roe^Jane' });
    expect(await store(here.storage.cache, other)).toMatchObject({ kind: 'refused', status: 0xc000, comment: 'duplicate UID, different content' });
    expect(Buffer.compare((await readBack(here.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
    expect(here.storage.index.getStudy(STUDY)?.where).toMatchObject({ kind: 'setAside', count: 1 });
  });

  it('keeps exactly one when two associations bring the same UID at the same moment', async () => {
    const first = testObject(1);
    const second = testObject(1, { PatientName: 'Roe^Jane' });
    const kinds = (await Promise.all([store(here.storage.cache, first), store(here.storage.cache, second), store(here.storage.cache, first)])).map(
      ({ kind }) => kind,
    );
    expect(kinds.sort()).toEqual(['duplicate', 'refused', 'stored']);
  });

  it('flags a study whose objects name different patients, and keeps all of them', async () => {
    await store(here.storage.cache, testObject(1));
    await store(here.storage.cache, testObject(2, { PatientID: 'OTHER' }));
    await rowsVisible();
    expect(here.storage.index.getStudy(STUDY)).toMatchObject({ identityConflict: true, instanceCount: 2 });
  });
});

describe('rot on the disk', () => {
  it('never hands out bytes that are not those received: corrupt, set aside, gone from the list, told', async () => {
    const notices: CacheNotice[] = [];
    here.storage.cache.onNotice((notice) => notices.push(notice));
    const object = testObject(1, { pixelBytes: 9000 });
    await store(here.storage.cache, object);
    await here.storage.cache.flush();
    const path = objectPath(object.SOPInstanceUID);
    const bytes = readFileSync(path);
    bytes[bytes.length - 10] = (bytes.at(-10) ?? 0) ^ 0x40;
    writeFileSync(path, bytes);
    const id = here.storage.index.instanceByUid(object.SOPInstanceUID)?.id;
    if (id === undefined) throw new Error('no row');
    await expect(here.storage.cache.readRange(id, 0, 100)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(here.storage.cache.readRange(id, 0, 100)).rejects.toBeInstanceOf(CallError);
    expect(existsSync(path)).toBe(false);
    expect(here.storage.cache.quarantineList()).toHaveLength(1);
    expect(notices).toMatchObject([{ level: 'danger' }]);
    expect((await store(here.storage.cache, object)).kind).toBe('stored');
  });

  it('keeps the file standard: private information carries sender, arrival and digest', async () => {
    const object = testObject(1);
    await store(here.storage.cache, object);
    await here.storage.cache.flush();
    expect(readFileSync(objectPath(object.SOPInstanceUID)).toString('latin1')).toContain('"callingAeTitle":"MODALITY"');
    expect(el(0x00080018, 'UI', '').tag).toBe(0x00080018);
  });
});

describe('a copy that arrives of an object that has rotted here', () => {
  it('takes its place: what was here stands aside, and the sender hears success', async () => {
    const object = testObject(1);
    await store(here.storage.cache, object);
    await rowsVisible();
    const path = objectPath(object.SOPInstanceUID);
    const bytes = readFileSync(path);
    const at = bytes.length - 10;
    bytes.writeUInt8((bytes.readUInt8(at) + 1) % 256, at);
    writeFileSync(path, bytes);
    expect(await store(here.storage.cache, object)).toMatchObject({ kind: 'stored' });
    await rowsVisible();
    expect(Buffer.compare((await readBack(here.storage, object.SOPInstanceUID)) as Uint8Array, object.bytes)).toBe(0);
    expect(here.storage.cache.quarantineList()).toMatchObject([{ SOPInstanceUID: object.SOPInstanceUID }]);
  });
});
