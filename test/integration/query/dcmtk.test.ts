import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../support/orthanc';
import { peer, peerEnv } from '../../support/peers';
import { queryObjects } from '../../support/query-studies';
import { readPart10, sendRaw, type RawObject } from '../../support/raw-sender';
import { servicesRig, type ServicesRig } from '../../support/services-rig';
import { startStoreScp } from '../../support/store-scp';

const JPEG = '1.2.840.10008.1.2.4.50';
const [findscu, movescu, getscu, storescp] = [peer('findscu'), peer('movescu'), peer('getscu'), peer('storescp')];
const STUDY = '2.25.9001';

/** The SR series of the study as a syntax that nobody offers who does not ask for it: only its name counts here. */
function objects(): RawObject[] {
  return queryObjects().map((object) => (object.SOPInstanceUID.startsWith(`${STUDY}.2.`) ? { ...object, TransferSyntaxUID: JPEG } : object));
}

interface Run {
  readonly code: number | null;
  readonly text: string;
}

function run(program: string, args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: peerEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    child.on('exit', (code) => resolve({ code, text }));
  });
}

describe.skipIf(findscu === undefined || movescu === undefined || getscu === undefined || storescp === undefined)('DCMTK asks us', () => {
  let station: ServicesRig;
  let folder: string;
  const sent = objects();
  const address = (): string[] => ['-aec', 'ALTERNATOR', '-aet', 'ASKER', '127.0.0.1', String(station.port)];
  const keys = (...list: readonly string[]): string[] => list.flatMap((key) => ['-k', key]);
  const received = (): RawObject[] => readdirSync(folder).flatMap((name) => readPart10(readFileSync(join(folder, name))) ?? []);

  beforeAll(async () => {
    station = await servicesRig([], 'ALTERNATOR', { allowQuery: [{ aeTitle: 'ASKER', host: '127.0.0.1' }] });
    const answers = await sendRaw(sent, { port: station.port, callingAeTitle: 'FILLER' });
    expect(answers.filter(({ status }) => status !== 0)).toEqual([]);
  });
  afterAll(() => station[Symbol.asyncDispose]());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'alternator-query-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('findscu gets its matches with the keys that it asked for, and is told of keys that are not supported', async () => {
    const query = keys(
      'QueryRetrieveLevel=STUDY',
      'PatientName=doe*',
      'StudyInstanceUID',
      'ModalitiesInStudy',
      'NumberOfStudyRelatedInstances',
      'PatientComments',
    );
    const { code, text } = await run(findscu ?? '', ['-v', '-S', ...query, ...address()]);
    expect(code).toBe(0);
    expect(text.match(/\(0020,000d\) UI \[2\.25\.900[14]/g)).toHaveLength(2);
    expect(text).toContain('CT\\SR');
    // once, in the question
    expect(text.match(/\(0010,4000\)/g)).toHaveLength(1);
    expect(text).toContain('WarningUnsupportedOptionalKeys');
  });

  it('findscu matches in the items of Request Attributes Sequence', async () => {
    const query = keys('QueryRetrieveLevel=SERIES', `StudyInstanceUID=${STUDY}`, 'SeriesInstanceUID', '(0040,0275)[0].ScheduledProcedureStepID=SPS1.2');
    const { text } = await run(findscu ?? '', ['-v', '-S', ...query, ...address()]);
    expect(text.match(/\(0020,000e\) UI \[2\.25\.9001\.\d/g)).toEqual(['(0020,000e) UI [2.25.9001.2']);
    expect(text).toContain('SPS1.2');
  });

  it.each([
    ['without a level', ['PatientName=*'], 'DataSetDoesNotMatchSOPClass'],
    ['with an unknown level', ['QueryRetrieveLevel=BODY'], 'DataSetDoesNotMatchSOPClass'],
    ['for patients in the study root', ['QueryRetrieveLevel=PATIENT'], 'DataSetDoesNotMatchSOPClass'],
    ['for series of no study', ['QueryRetrieveLevel=SERIES', 'SeriesInstanceUID'], 'DataSetDoesNotMatchSOPClass'],
    ['with a date that is none', ['QueryRetrieveLevel=STUDY', 'StudyDate=2026'], 'DataSetDoesNotMatchSOPClass'],
  ])('findscu is refused %s', async (_words, query, status) => {
    const { text } = await run(findscu ?? '', ['-v', '-S', ...keys(...query), ...address()]);
    expect(text).toContain(status);
    expect(text).not.toContain('Pending');
  });

  it('movescu: every object goes to the node that is known, as it is kept, and the counts add up', async () => {
    await using destination = await startStoreScp(storescp ?? '');
    const node = { name: 'Sink', aeTitle: 'SINK', host: '127.0.0.1', port: destination.port, role: 'other' as const };
    await station.client.call('node.save', { node });
    const query = keys('QueryRetrieveLevel=STUDY', `StudyInstanceUID=${STUDY}`);
    const { code, text } = await run(movescu ?? '', ['-d', '-S', '-aem', 'SINK', ...query, ...address()]);
    expect(code).toBe(0);
    const got = await destination.received();
    const wanted = sent.filter(({ SOPInstanceUID }) => SOPInstanceUID.startsWith(`${STUDY}.`));
    expect([...got.keys()].sort()).toEqual(wanted.map(({ SOPInstanceUID }) => SOPInstanceUID).sort());
    for (const object of wanted) {
      expect(got.get(object.SOPInstanceUID)?.TransferSyntaxUID).toBe(object.TransferSyntaxUID);
      expect(Buffer.compare(got.get(object.SOPInstanceUID)?.dataSet ?? Buffer.alloc(0), object.dataSet)).toBe(0);
    }
    expect(text.match(/Remaining Suboperations *: \d/gi)?.map((each) => each.at(-1))).toEqual(['3', '2', '1']);
    expect(text).toMatch(/Completed Suboperations *: 4/i);
    await station.client.call('node.remove', { name: 'Sink' });
  });

  it('movescu to a node that nobody knows is A801, and to one that is off A702 with every object named as failed', async () => {
    const query = keys('QueryRetrieveLevel=STUDY', `StudyInstanceUID=${STUDY}`);
    const unknown = await run(movescu ?? '', ['-d', '-S', '-aem', 'NOBODY', ...query, ...address()]);
    expect(unknown.text).toMatch(/0xa801/i);
    const node = { name: 'Off', aeTitle: 'OFF', host: '127.0.0.1', port: await freePort(), role: 'other' as const };
    await station.client.call('node.save', { node });
    const off = await run(movescu ?? '', ['-d', '-S', '-aem', 'OFF', ...query, ...address()]);
    expect(off.text).toMatch(/0xa702/i);
    expect(off.text).toMatch(/Failed Suboperations *: 4/i);
    expect(off.text).toContain(`${STUDY}.1.1`);
    await station.client.call('node.remove', { name: 'Off' });
  });

  it('getscu gets objects in the syntax that they are kept in; one that it did not offer is a failed sub-operation', async () => {
    const query = keys('QueryRetrieveLevel=STUDY', `StudyInstanceUID=${STUDY}`);
    const { text } = await run(getscu ?? '', ['-d', '-S', '+B', '-od', folder, ...query, ...address()]);
    const got = received();
    expect(got.map(({ SOPInstanceUID }) => SOPInstanceUID).sort()).toEqual([1, 2, 3].map((n) => `${STUDY}.1.${String(n)}`));
    for (const object of got)
      expect(Buffer.compare(object.dataSet, sent.find((each) => each.SOPInstanceUID === object.SOPInstanceUID)?.dataSet ?? Buffer.alloc(0))).toBe(0);
    expect(text).toMatch(/Completed Suboperations *: 3/i);
    expect(text).toMatch(/Failed Suboperations *: 1/i);
    expect(text).toMatch(/0xb000/i);
  });

  it('getscu gets single images and a whole patient', async () => {
    const one = keys('QueryRetrieveLevel=IMAGE', `StudyInstanceUID=${STUDY}`, `SeriesInstanceUID=${STUDY}.1`, `SOPInstanceUID=${STUDY}.1.2`);
    await run(getscu ?? '', ['-S', '+B', '-od', folder, ...one, ...address()]);
    expect(received().map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual([`${STUDY}.1.2`]);
    await run(getscu ?? '', ['-P', '+B', '-od', folder, ...keys('QueryRetrieveLevel=PATIENT', 'PatientID=P3'), ...address()]);
    expect(received().filter(({ SOPInstanceUID }) => SOPInstanceUID.startsWith('2.25.9003.'))).toHaveLength(3);
  });

  it('who may not query gets no such presentation context, and what it did is in the audit trail of those who may', async () => {
    const stranger = await run(findscu ?? '', [
      '-v',
      '-S',
      ...keys('QueryRetrieveLevel=STUDY'),
      '-aec',
      'ALTERNATOR',
      '-aet',
      'FILLER',
      '127.0.0.1',
      String(station.port),
    ]);
    expect(stranger.text).toContain('No Acceptable Presentation Contexts');
    const nobody = await run(findscu ?? '', [
      '-v',
      '-S',
      ...keys('QueryRetrieveLevel=STUDY'),
      '-aec',
      'ALTERNATOR',
      '-aet',
      'NOBODY',
      '127.0.0.1',
      String(station.port),
    ]);
    expect(nobody.text).toContain('Calling AE Title Not Recognized');
  });
});
