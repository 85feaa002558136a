import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../support/orthanc';
import { referencePythonWith } from '../../support/peers';
import { queryObjects } from '../../support/query-studies';
import { sendRaw } from '../../support/raw-sender';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const python = referencePythonWith('pynetdicom');
const script = join(import.meta.dirname, '../../support/python/query-peer.py');
const run = promisify(execFile);

describe.skipIf(python === undefined)('pynetdicom asks us', () => {
  let station: ServicesRig;
  const ask = async (action: string, ...more: readonly string[]): Promise<unknown> => {
    const { stdout } = await run(python ?? '', [script, String(station.port), action, ...more]);
    return JSON.parse(stdout) as unknown;
  };

  beforeAll(async () => {
    station = await servicesRig([], 'ALTERNATOR', { allowQuery: [{ aeTitle: 'ASKER', host: '127.0.0.1' }] });
    await sendRaw(queryObjects(), { port: station.port, callingAeTitle: 'FILLER' });
  });
  afterAll(() => station[Symbol.asyncDispose]());

  it('finds series without their study only where relational queries were negotiated, with what we grant of the rest', async () => {
    expect(await ask('find')).toEqual({ statuses: [0xa900], values: [], granted: [] });
    expect(await ask('relational')).toEqual({
      statuses: [0xff00, 0xff00, 0],
      values: ['2.25.9003.1', '2.25.9003.2'],
      granted: ['010100'],
    });
  });

  it('reads names in their own characters', async () => {
    expect(await ask('patients')).toEqual(['Yamada^Tarou=山田^太郎=やまだ^たろう']);
  });

  it('gets the counts of its own answers to sub-operations, and the UID of the refused one', async () => {
    expect(await ask('get')).toEqual({ status: 0xb000, counts: [1, 1, 1], failed: '2.25.9003.2.1', kept: 3 });
  });

  it('hears what came of its request for storage commitment, object by object', async () => {
    const port = await freePort();
    await station.client.call('node.save', { node: { name: 'Modality', aeTitle: 'FILLER', host: '127.0.0.1', port, role: 'other' } });
    expect(await ask('commit', String(port))).toEqual({
      status: 0,
      reports: [{ transaction: '2.25.77', committed: ['2.25.9001.1.1'], failed: [['2.25.404', 0x0112]] }],
    });
  });
});
