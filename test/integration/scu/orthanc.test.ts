import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RETRIEVE_SYNTAXES, createPool, get, move, sendObjects, type Arrival, type SendObject, type SendOutcome } from '../../../electron/services/dimse/scu';
import { silentLogger } from '../../../electron/services/logging/logger';
import { el, encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { startOrthanc, type Orthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { readPart10 } from '../../support/raw-sender';
import { collectFind, targetOf } from '../../support/scu-run';
import { createStoreDouble, type StoreDouble } from '../../support/ul-store-double';
import { OUR_AE, startTestNode, type TestNode } from '../../support/ul-node';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const STUDY = '2.25.900';
const COUNT = 12;
const program = peer('Orthanc');
const signal = new AbortController().signal;
const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');

function image(n: number): { uid: string; dataSet: Uint8Array; file: Uint8Array } {
  const uid = `2.25.901.${String(n)}`;
  const name = utf8('Müller^Jürgen=山田^太郎');
  const dataSet = encodeDataSet(
    sampleImage({
      SOPInstanceUID: uid,
      StudyInstanceUID: STUDY,
      SeriesInstanceUID: n % 2 === 0 ? '2.25.902' : '2.25.903',
      PatientID: 'SCU1',
      InstanceNumber: n,
      extra: [el(0x00080005, 'CS', 'ISO_IR 192'), el(0x00100010, 'PN', name), el(0x00091001, 'LO', 'private stays')],
    }),
  );
  return { uid, dataSet, file: encodePart10({ SOPClassUID: CT, SOPInstanceUID: uid, TransferSyntaxUID: ELE }, dataSet) };
}

describe.skipIf(program === undefined)('Orthanc', () => {
  let station: TestNode;
  let store: StoreDouble;
  let orthanc: Orthanc;
  const pool = createPool();

  beforeAll(async () => {
    store = createStoreDouble();
    station = await startTestNode({ store });
    orthanc = await startOrthanc(program ?? '', { aet: OUR_AE, port: station.port }, { DefaultEncoding: 'Utf8' });
    for (let n = 1; n <= COUNT; n++) await orthanc.upload(image(n).file);
  });
  afterAll(async () => {
    await pool.close();
    await orthanc[Symbol.asyncDispose]();
    await station[Symbol.asyncDispose]();
  });
  const target = () => targetOf(orthanc.port, 'ORTHANC', OUR_AE);

  it.each(['PATIENT', 'STUDY', 'SERIES', 'IMAGE'] as const)('finds at level %s, names in any script', async (level) => {
    const above = { PATIENT: {}, STUDY: {}, SERIES: { StudyInstanceUID: STUDY }, IMAGE: { StudyInstanceUID: STUDY, SeriesInstanceUID: '2.25.902' } }[level];
    const root = level === 'PATIENT' ? 'patient' : 'study';
    const keys = level === 'PATIENT' || level === 'STUDY' ? { PatientName: 'müll*', ...above } : above;
    const { matches, end } = await collectFind(target(), { root, level, keys });
    expect(end).toMatchObject({ kind: 'complete' });
    expect(matches).toHaveLength({ PATIENT: 1, STUDY: 1, SERIES: 2, IMAGE: COUNT / 2 }[level]);
    if (level === 'STUDY')
      expect(matches[0]).toMatchObject({ PatientName: 'Müller^Jürgen=山田^太郎', StudyInstanceUID: STUDY, NumberOfStudyRelatedInstances: '12' });
  });

  it('finds by wild card, range, list of UIDs; nothing when nothing fits', async () => {
    const count = async (keys: Record<string, string>): Promise<number> =>
      (await collectFind(target(), { root: 'study', level: 'STUDY', keys })).matches.length;
    expect(await count({ StudyDate: '20260101-20260103' })).toBe(1);
    expect(await count({ StudyDate: '-20251231' })).toBe(0);
    expect(await count({ StudyInstanceUID: `1.2.3\\${STUDY}` })).toBe(1);
    expect(await count({ PatientID: 'SCU?' })).toBe(1);
    expect(await count({ PatientName: '*山田*' })).toBe(1);
  });

  it('moves a study to us; what arrived is counted here', async () => {
    const seen: number[] = [];
    const arrivals = (listener: (arrival: Arrival) => void) =>
      station.node.onAssociation((event) => {
        if (event.kind === 'object') listener({ StudyInstanceUID: STUDY, SOPInstanceUID: event.SOPInstanceUID, isHere: event.outcome.kind !== 'refused' });
      });
    const request = {
      root: 'study' as const,
      level: 'STUDY' as const,
      keys: { StudyInstanceUID: STUDY },
      destination: OUR_AE,
      isOurs: () => true,
      onProgress: (_: unknown, arrived: number) => void seen.push(arrived),
    };
    const result = await move({ pool, arrivals }, target(), request, signal);
    expect(result.end).toMatchObject({ kind: 'answered', status: { code: 0 }, counters: { completed: COUNT, failed: 0 }, failedUids: [] });
    expect(result.arrived.size).toBe(COUNT);
    expect(seen.at(-1)).toBe(COUNT);
    const unknown = await move({ pool, arrivals }, target(), { ...request, destination: 'NOBODY' }, signal);
    expect(unknown.end).toMatchObject({ kind: 'answered', status: { category: 'failure' } });
    expect(unknown.arrived.size).toBe(0);
  });

  it('gets a study on our own association, with role selection', async () => {
    const own = createStoreDouble();
    const parts = { pool, store: own, log: silentLogger, nextAssociationId: () => 1 };
    const result = await get(
      parts,
      target(),
      { root: 'study', level: 'STUDY', keys: { StudyInstanceUID: STUDY }, sopClasses: [CT], transferSyntaxes: [ELE] },
      signal,
    );
    expect(result.end).toMatchObject({ kind: 'answered', status: { code: 0 }, counters: { completed: COUNT } });
    expect(result.arrived.size).toBe(COUNT);
    expect(result.notOffered).toEqual([]);
    expect(own.kept.map((kept) => kept.incoming.TransferSyntaxUID)).toEqual(Array(COUNT).fill(ELE));
  });

  it('reports objects that this node refuses in a C-GET, and the others stay', async () => {
    const own = createStoreDouble({
      outcome: ({ SOPInstanceUID }) => (SOPInstanceUID.endsWith('.3') ? { kind: 'refused', status: 0xa900, comment: 'Not this one' } : undefined),
    });
    const parts = { pool, store: own, log: silentLogger, nextAssociationId: () => 1 };
    const result = await get(
      parts,
      target(),
      { root: 'study', level: 'STUDY', keys: { StudyInstanceUID: STUDY }, sopClasses: [CT], transferSyntaxes: [ELE] },
      signal,
    );
    expect(result.refused).toEqual(new Map([['2.25.901.3', 'Not this one']]));
    expect(result.arrived.size).toBe(COUNT - 1);
    expect(result.end).toMatchObject({ kind: 'answered', failedUids: ['2.25.901.3'] });
  });

  it('takes a study from us byte for byte', async () => {
    const sent = Array.from({ length: 5 }, (_, n) => image(100 + n));
    const objects: SendObject[] = sent.map(({ uid, dataSet }) => ({
      SOPClassUID: CT,
      SOPInstanceUID: uid,
      TransferSyntaxUID: ELE,
      async *bytes() {
        for (let at = 0; at < dataSet.length; at += 100) yield dataSet.subarray(at, at + 100);
      },
    }));
    const outcomes: SendOutcome[] = [];
    await sendObjects(pool, target(), { objects, parallel: 2, onOutcome: (_, outcome) => void outcomes.push(outcome) }, signal);
    expect(outcomes).toEqual(sent.map(() => ({ kind: 'sent' })));
    for (const { uid, dataSet } of sent) {
      const kept = readPart10(await orthanc.file(uid));
      expect(kept?.TransferSyntaxUID).toBe(ELE);
      expect(kept?.dataSet.equals(dataSet)).toBe(true);
    }
  });

  it('is asked for one object with every syntax that we retrieve in', async () => {
    const own = createStoreDouble();
    const parts = { pool, store: own, log: silentLogger, nextAssociationId: () => 1 };
    const result = await get(
      parts,
      target(),
      {
        root: 'study',
        level: 'IMAGE',
        keys: { StudyInstanceUID: STUDY, SeriesInstanceUID: '2.25.902', SOPInstanceUID: '2.25.901.2' },
        sopClasses: [CT],
        transferSyntaxes: RETRIEVE_SYNTAXES,
      },
      signal,
    );
    expect([...result.arrived]).toEqual(['2.25.901.2']);
  });
});
