import { createServer, type Server } from 'node:http';
import { StudyUid } from '@shared/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const STUDY = StudyUid.parse('2.25.8300');
const SERIES = `${STUDY}.1`;
const OTHER = StudyUid.parse('2.25.8301');
const uidOf = (study: string, n: number): string => `${study}.1.${String(n)}`;

function fileOf(study: string, n: number): Uint8Array {
  const SOPInstanceUID = uidOf(study, n);
  const names = { SOPInstanceUID, StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, InstanceNumber: n };
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE }, encodeDataSet(sampleImage({ ...names, Rows: 8, Columns: 8 })));
}

const value = (text: string): object => ({ vr: 'UI', Value: [text] });

/** A DICOMweb service whose list of images waits until it is let go (`list`), and which sends what it is told to whoever asks for the study. */
class SlowToList {
  private readonly server: Server;
  readonly asked: string[] = [];
  /** How often it was asked for a list of images. */
  lists = 0;
  private letGo: (rows: readonly object[] | undefined) => void = () => undefined;
  private readonly listed = new Promise<readonly object[] | undefined>((resolve) => (this.letGo = resolve));

  /** `counted`: what it says to have of the study; absent: it does not say. */
  constructor(sent: () => readonly Uint8Array[], counted?: number) {
    this.server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://archive');
      if (request.headers.accept === 'application/dicom+json') {
        const answer = (rows: readonly object[]): void => void response.end(JSON.stringify(searchParams.get('offset') === '0' ? rows : []));
        if (pathname.endsWith('/instances')) this.lists++;
        const count = counted === undefined ? {} : { '00201208': { vr: 'IS', Value: [counted] } };
        if (pathname.endsWith('/series')) answer([{ '0020000E': value(SERIES) }]);
        else if (pathname.endsWith('/studies')) answer([{ '0020000D': value(STUDY), ...count }]);
        else void this.listed.then((rows) => (rows === undefined ? void response.writeHead(503).end() : answer(rows)));
        return;
      }
      // what a node offers is asked with a study that nobody has
      if (pathname.includes(STUDY)) this.asked.push(pathname);
      const named = /instances\/([\d.]+)$/.exec(pathname)?.[1];
      const files = named === undefined ? sent() : [fileOf(STUDY, Number(named.split('.').at(-1)))];
      response.writeHead(200, { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=b' });
      for (const file of files) response.write(Buffer.concat([Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n'), file, Buffer.from('\r\n')]));
      response.end('--b--\r\n');
    });
  }

  /** Undefined: the service cannot answer. */
  list(numbers: readonly number[] | undefined): void {
    this.letGo(numbers?.map((n) => ({ '00080016': value(CT), '00080018': value(uidOf(STUDY, n)) })));
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('a whole study by WADO-RS of which nothing is here', () => {
  let station: ServicesRig;
  let service: SlowToList;
  afterEach(async () => {
    await service.close();
    await station[Symbol.asyncDispose]();
  });

  async function fetchFrom(sent: () => readonly Uint8Array[], counted?: number): Promise<string> {
    station = await servicesRig();
    service = new SlowToList(sent, counted);
    const url = await service.open();
    await station.client.call('node.save', { node: { name: 'Web', aeTitle: 'WEB', host: '127.0.0.1', port: 1, role: 'archive', url } });
    return (await station.client.call('transfer.retrieve', { StudyInstanceUID: STUDY, node: 'Web' })).jobId;
  }
  const here = async (study: StudyUid): Promise<number> =>
    (await station.client.call('study.objects', { StudyInstanceUID: study }).catch(() => ({ objects: [] }))).objects.length;

  it('comes while the archive still lists it, and is done only when all of the list is here', async () => {
    const jobId = await fetchFrom(() => [1, 2].map((n) => fileOf(STUDY, n)));
    await expect.poll(() => here(STUDY), { timeout: 20_000 }).toBe(2);
    const { jobs } = await station.client.call('job.list', {});
    expect(jobs.find(({ id }) => id === jobId)).toMatchObject({ done: 2 });
    expect(jobs.find(({ id }) => id === jobId)?.total).toBeUndefined();
    service.list([1, 2, 3]);
    expect(await station.ended(jobId)).toMatchObject({ state: 'done', done: 3, total: 3, alreadyHere: 0, refused: [] });
    expect(service.asked).toEqual([`/studies/${STUDY}`, `/studies/${STUDY}/series/${SERIES}/instances/${uidOf(STUDY, 3)}`]);
  });

  it('is not listed where as many came as the archive counts, and is known to be there', async () => {
    const jobId = await fetchFrom(() => [1, 2].map((n) => fileOf(STUDY, n)), 2);
    expect(await station.ended(jobId)).toMatchObject({ state: 'done', done: 2, total: 2, refused: [] });
    expect(service.lists).toBe(0);
    expect(service.asked).toEqual([`/studies/${STUDY}`]);
    expect(await here(STUDY)).toBe(2);
    const { studies } = await station.client.call('study.deletePlan', { studies: [STUDY] });
    expect(studies).toMatchObject([{ objects: 2, proven: 2, nodes: ['Web'] }]);
  });

  it.each([
    ['fewer', 3, [1, 2]],
    ['more', 1, [1, 2]],
    ['as many, one of them twice,', 3, [1, 2, 2]],
    ['as many, one of them of another study,', 3, [1, 2, 0]],
  ])('is listed where %s came than the archive counts, and the list decides', async (_words, counted, sent) => {
    const jobId = await fetchFrom(() => sent.map((n) => (n === 0 ? fileOf(OTHER, 1) : fileOf(STUDY, n))), counted);
    service.list([1, 2, 3]);
    expect(await station.ended(jobId)).toMatchObject({ state: 'done', done: 3, total: 3 });
    expect(service.lists).toBeGreaterThan(0);
    expect(service.asked.at(-1)).toBe(`/studies/${STUDY}/series/${SERIES}/instances/${uidOf(STUDY, 3)}`);
  });

  it('takes nothing of another study, whatever the service sends', async () => {
    const jobId = await fetchFrom(() => [fileOf(OTHER, 1), fileOf(STUDY, 1)]);
    service.list([1]);
    expect(await station.ended(jobId)).toMatchObject({ state: 'done', done: 1, total: 1 });
    expect(await here(OTHER)).toBe(0);
    const { items } = await station.client.call('quarantine.list', {});
    expect(items.map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual([uidOf(OTHER, 1)]);
  });

  it('counts as refused what came and cannot be named, beside what the archive lists', async () => {
    const jobId = await fetchFrom(() => [fileOf(STUDY, 1), Buffer.from('no object')], 1);
    service.list([1]);
    const job = await station.ended(jobId);
    expect(job).toMatchObject({ state: 'done', done: 1, total: 1, refused: [{ name: 'an object without a name' }] });
    expect(job.refused[0]?.reason).toContain('head cannot be read');
  });

  it('asks again for what came without a head that can be read, and says so', async () => {
    const jobId = await fetchFrom(() => [fileOf(STUDY, 1), fileOf(STUDY, 2).subarray(0, 200)]);
    service.list([1, 2]);
    const job = await station.ended(jobId);
    expect(job).toMatchObject({ state: 'done', done: 2, total: 2, refused: [] });
    expect(job.notes.join()).toContain('head of one object that came could not be read');
  });

  it('fails in words when there is no list, and keeps what has come', async () => {
    const jobId = await fetchFrom(() => [fileOf(STUDY, 1)]);
    await expect.poll(() => here(STUDY), { timeout: 20_000 }).toBe(1);
    service.list(undefined);
    const job = await station.ended(jobId);
    expect(job.state).toBe('failed');
    expect(job.error).toContain('HTTP 503');
    expect(await here(STUDY)).toBe(1);
  });
});
