import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { arrivalsOf } from '../../../electron/services/archive';
import { createPool, get, move, RETRIEVE_SYNTAXES, sendObjects, type SendObject, type SendOutcome } from '../../../electron/services/dimse';
import { silentLogger } from '../../../electron/services/logging/logger';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { realData } from '../../support/data';
import { freePort } from '../../support/orthanc';
import { peer, peerEnv } from '../../support/peers';
import { readPart10, type RawObject } from '../../support/raw-sender';
import { collectFind, targetOf } from '../../support/scu-run';
import { listening, startStoreScp } from '../../support/store-scp';
import { createStoreDouble } from '../../support/ul-store-double';
import { OUR_AE, startTestNode } from '../../support/ul-node';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const STUDY = '2.25.600';
const COUNT = 10;
const dcmqrscp = peer('dcmqrscp');
const storescp = peer('storescp');
const data = realData();
const signal = new AbortController().signal;

function sendable(object: RawObject): SendObject {
  return {
    ...object,
    async *bytes() {
      for (let at = 0; at < object.dataSet.length; at += 65_536) yield await Promise.resolve(object.dataSet.subarray(at, at + 65_536));
    },
  };
}

async function sendAll(port: number, objects: readonly RawObject[]): Promise<Map<string, SendOutcome>> {
  const outcomes = new Map<string, SendOutcome>();
  const onOutcome = ({ SOPInstanceUID }: SendObject, outcome: SendOutcome): void => void outcomes.set(SOPInstanceUID, outcome);
  await sendObjects(createPool({ keepMs: 0 }), targetOf(port, 'QR', OUR_AE), { objects: objects.map(sendable), parallel: 1, onOutcome }, signal);
  return outcomes;
}

function image(n: number): RawObject {
  const SOPInstanceUID = `${STUDY}.1.${String(n)}`;
  const names = { StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.2`, InstanceNumber: n };
  return { SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE, dataSet: Buffer.from(encodeDataSet(sampleImage({ SOPInstanceUID, ...names }))) };
}

describe.skipIf(dcmqrscp === undefined)('dcmqrscp', () => {
  it('takes a study from us, finds it at each level, sends it back by C-MOVE and by C-GET', async () => {
    const store = createStoreDouble();
    await using station = await startTestNode({ store });
    const folder = await mkdtemp(join(tmpdir(), 'alternator-dcmqrscp-'));
    const port = await freePort();
    await mkdir(join(folder, 'db'));
    const config = [
      `NetworkTCPPort = ${String(port)}`,
      'MaxPDUSize = 16384',
      'MaxAssociations = 16',
      'HostTable BEGIN',
      `us = (${OUR_AE}, 127.0.0.1, ${String(station.port)})`,
      'HostTable END',
      'VendorTable BEGIN',
      'VendorTable END',
      'AETable BEGIN',
      `QR ${join(folder, 'db')} RW (200, 1024mb) ANY`,
      'AETable END',
    ];
    await writeFile(join(folder, 'dcmqrscp.cfg'), `${config.join('\n')}\n`);
    const child = spawn(dcmqrscp ?? '', ['-c', join(folder, 'dcmqrscp.cfg')], { stdio: 'ignore', env: peerEnv() });
    const pool = createPool({ keepMs: 0 });
    try {
      await listening(port);
      const objects = Array.from({ length: COUNT }, (_, n) => image(n + 1));
      // One association: of two that write at once dcmqrscp sometimes loses an entry of its own index (9 of 10 seen).
      const outcomes = await sendAll(port, objects);
      expect([...outcomes.values()]).toEqual(objects.map(() => ({ kind: 'sent' })));

      const target = targetOf(port, 'QR', OUR_AE);
      const count = async (level: 'STUDY' | 'SERIES' | 'IMAGE', keys: Record<string, string>): Promise<number> => {
        const { matches, end } = await collectFind(target, { root: 'study', level, keys });
        expect(end.kind).toBe('complete');
        return matches.length;
      };
      expect(await count('STUDY', { PatientName: 'Doe*', StudyDate: '20260101-' })).toBe(1);
      expect(await count('SERIES', { StudyInstanceUID: STUDY })).toBe(1);
      expect(await count('IMAGE', { StudyInstanceUID: STUDY, SeriesInstanceUID: `${STUDY}.2` })).toBe(COUNT);

      const keys = { root: 'study' as const, level: 'STUDY' as const, keys: { StudyInstanceUID: STUDY } };
      const arrivals = arrivalsOf((listener) => station.node.onAssociation(listener));
      const moved = await move({ pool, arrivals }, target, { ...keys, destination: OUR_AE, isOurs: () => true }, signal);
      expect(moved.end).toMatchObject({ kind: 'answered', status: { code: 0 }, counters: { completed: COUNT } });
      expect(moved.arrived.size).toBe(COUNT);
      const nowhere = await move({ pool, arrivals }, target, { ...keys, destination: 'NOBODY', isOurs: () => true }, signal);
      expect(nowhere.end).toMatchObject({ kind: 'answered', status: { code: 0xa801 } });

      const own = createStoreDouble();
      const parts = { pool, store: own, log: silentLogger, nextAssociationId: () => 1 };
      const got = await get(parts, target, { ...keys, sopClasses: [CT], transferSyntaxes: RETRIEVE_SYNTAXES }, signal);
      expect(got.end).toMatchObject({ kind: 'answered', status: { code: 0 } });
      expect(got.arrived.size).toBe(COUNT);
      expect(new Set(own.kept.map((kept) => kept.length))).toEqual(new Set(store.kept.map((kept) => kept.length)));
    } finally {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** One real object of each pair of SOP class and transfer syntax. */
async function realObjects(root: string): Promise<RawObject[]> {
  const found = new Map<string, RawObject>();
  const uids = new Set<string>();
  for (const name of await readdir(root, { recursive: true })) {
    const object = readPart10(await readFile(join(root, name)).catch(() => Buffer.alloc(0)));
    if (!object || object.dataSet.length % 2 !== 0 || uids.has(object.SOPInstanceUID) || !/^[0-9.]{3,64}$/.test(object.SOPInstanceUID)) continue;
    const key = `${object.SOPClassUID} ${object.TransferSyntaxUID}`;
    if (found.has(key)) continue;
    found.set(key, object);
    uids.add(object.SOPInstanceUID);
  }
  return [...found.values()];
}

describe.skipIf(data === undefined || storescp === undefined)('real objects of every class and syntax', () => {
  it('reach storescp +B byte for byte, or are said not to be taken', async () => {
    await using scp = await startStoreScp(storescp ?? '');
    const objects = await realObjects(data ?? '');
    const outcomes = await sendAll(scp.port, objects);
    expect(outcomes.size).toBe(objects.length);
    const received = await scp.received();
    const sent = objects.filter((object) => outcomes.get(object.SOPInstanceUID)?.kind === 'sent');
    expect(sent.length).toBeGreaterThan(40);
    expect(
      sent.filter((object) => received.get(object.SOPInstanceUID)?.dataSet.equals(object.dataSet) !== true).map((object) => object.SOPInstanceUID),
    ).toEqual([]);
    const others = [...outcomes].filter(([, outcome]) => outcome.kind !== 'sent').map(([uid, outcome]) => [uid, outcome.kind]);
    expect(others.filter(([, kind]) => kind !== 'notNegotiated')).toEqual([]);
  });
});
