import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type OutboxItem, type ReconcileRun, SopInstanceUid, StudyUid } from '@shared/domain';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { freePort, type Orthanc, startOrthanc } from '../../support/orthanc';
import { peer } from '../../support/peers';
import { servicesRig, type ServicesRig } from '../../support/services-rig';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const program = peer('Orthanc');
const studyOf = (n: number): StudyUid => StudyUid.parse(`2.25.8830${String(n)}`);
const imageOf = (study: number, n: number): SopInstanceUid => SopInstanceUid.parse(`${studyOf(study)}.1.${String(n)}`);
const WAIT = { timeout: 20_000 };

function image(study: number, n: number, PatientID = `N${String(study)}`): Uint8Array {
  const SOPInstanceUID = imageOf(study, n);
  const uids = { SOPInstanceUID, StudyInstanceUID: studyOf(study), SeriesInstanceUID: `${studyOf(study)}.1` };
  const elements = sampleImage({ ...uids, PatientID, InstanceNumber: n, pixels: new Uint8Array(48) });
  return encodePart10({ SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements, 'explicitLE'));
}

/** A station with studies of an archive that keeps its objects over restarts of its own. */
class Bench {
  station!: ServicesRig;
  orthanc!: Orthanc;
  private readonly home = mkdtempSync(join(tmpdir(), 'alternator-uncompared-'));
  private port = 0;
  private isUp = false;

  async start(studies: readonly number[]): Promise<void> {
    this.station = await servicesRig();
    this.port = await freePort();
    await this.archive(this.port);
    for (const study of studies) for (const n of [1, 2]) await this.orthanc.upload(image(study, n));
    await this.station.client.call('node.save', { node: { name: 'MAIN', aeTitle: 'ORTHANC', host: '127.0.0.1', port: this.port, role: 'archive' } });
    for (const study of studies) {
      const { jobId } = await this.station.client.call('transfer.retrieve', { StudyInstanceUID: studyOf(study), node: 'MAIN' });
      expect(await this.station.ended(jobId)).toMatchObject({ state: 'done' });
    }
  }

  async archive(port = this.port): Promise<void> {
    const more = { DicomPort: port, StorageDirectory: this.home, IndexDirectory: this.home, OverwriteInstances: true };
    this.orthanc = await startOrthanc(program ?? '', { aet: 'ALTERNATOR', port: this.station.port }, more);
    this.isUp = true;
  }

  async stop(): Promise<void> {
    if (!this.isUp) return;
    this.isUp = false;
    await this.orthanc[Symbol.asyncDispose]();
  }

  async reidentify(study: number): Promise<void> {
    const [old = ''] = (await this.orthanc.post('/tools/find', { Level: 'Study', Query: { StudyInstanceUID: studyOf(study) } })) as string[];
    await fetch(`${this.orthanc.url}/studies/${old}`, { method: 'DELETE' });
    for (const n of [1, 2]) await this.orthanc.upload(image(study, n, 'CORRECTED'));
  }

  async mark(study: number): Promise<void> {
    await this.station.client.call('keyImages.mark', { StudyInstanceUID: studyOf(study), SOPInstanceUID: imageOf(study, 1), marked: true });
  }

  async finish(study: number): Promise<void> {
    await this.station.client.call('keyImages.finish', { StudyInstanceUID: studyOf(study), title: '113000', nodes: ['MAIN'] });
  }

  async run(): Promise<ReconcileRun | undefined> {
    return (await this.station.client.call('reconcile.list', {})).runs[0];
  }

  async ordersOf(study: number): Promise<OutboxItem[]> {
    const { items } = await this.station.client.call('outbox.list', { offset: 0, limit: 100 });
    return items.filter(({ StudyInstanceUID }) => StudyInstanceUID === studyOf(study));
  }

  /** Notes of the study at the archive. */
  async notesThere(study: number): Promise<number> {
    return ((await this.orthanc.post('/tools/find', { Level: 'Instance', Query: { StudyInstanceUID: studyOf(study), Modality: 'KO' } })) as string[]).length;
  }

  async end(): Promise<void> {
    await this.station[Symbol.asyncDispose]();
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}

describe.skipIf(program === undefined)('an archive that stops again in the middle of the comparison', () => {
  const bench = new Bench();
  const studies = [1, 2, 3, 4, 5, 6];
  beforeAll(async () => {
    await bench.start(studies);
    await bench.stop();
    for (let n = 0; n < 2; n++) await bench.station.client.call('outage.tryNow', {});
    for (const study of studies) {
      await bench.mark(study);
      await bench.finish(study);
    }
    await bench.archive();
    const stopped = new Promise<void>((resolve) => {
      const off = bench.station.client.on('reconcile.changed', ({ run }) => {
        if (run.state !== 'comparing' || run.compared !== 1) return;
        off();
        void bench.stop().then(resolve);
      });
    });
    await bench.station.client.call('outage.tryNow', {});
    await stopped;
    await vi.waitFor(async () => expect((await bench.run())?.state).toBe('ready'), WAIT);
  }, 120_000);
  afterAll(() => bench.end());

  it('gets no result of what was not compared: each order says why it waits and when that is tried again', async () => {
    expect(await bench.run()).toMatchObject({ brokeOff: expect.stringContaining('could not be compared'), compared: 4 });
    await expect.poll(async () => (await bench.run())?.nextTryAt, WAIT).toBeDefined();
    const orders = (await Promise.all(studies.map((study) => bench.ordersOf(study)))).flat();
    const waiting = orders.filter(({ waits }) => waits?.isProblem);
    expect(waiting).toHaveLength(5);
    for (const { waits, state, counts } of waiting) {
      expect(waits?.why).toMatch(/could not be compared with MAIN: |the comparison with MAIN broke off: /);
      expect([state, counts.waiting]).toEqual(['open', 1]);
    }
    expect(await bench.station.client.call('reconcile.counts', { node: 'MAIN' })).toMatchObject({ results: 6, resultsUncompared: 5 });
    const { archives } = await bench.station.client.call('archive.states', {});
    expect(archives.find(({ node }) => node === 'MAIN')).toMatchObject({ resultsWait: { count: 5, isProblem: true } });
  });

  it('lets a person send one all the same, and the trail has who did it', async () => {
    const { id } = (await bench.ordersOf(1))[0] ?? expect.fail('no order');
    const { item } = await bench.station.client.call('outbox.release', { id });
    expect(item).toMatchObject({ state: 'open', transition: { to: 'released', by: 'reader' } });
    expect(item.waits).toBeUndefined();
  });

  it('is compared once it answers: what is the same goes, what was re-identified meanwhile waits for a choice', async () => {
    await bench.archive(await freePort());
    await bench.reidentify(3);
    await bench.stop();
    await bench.archive();
    await bench.station.client.call('outage.tryNow', {});
    await bench.station.client.call('outbox.retryNode', { node: 'MAIN' });
    for (const study of [1, 2, 4, 5, 6]) await expect.poll(() => bench.notesThere(study), WAIT).toBe(1);
    expect(await bench.run()).toMatchObject({ failed: [], items: [{ kind: 'reidentified', StudyInstanceUID: studyOf(3) }] });
    expect((await bench.run())?.brokeOff).toBeUndefined();
    expect(await bench.ordersOf(3)).toMatchObject([{ state: 'held', transition: { by: 'reconcile' }, counts: { waiting: 1 } }]);
    expect(await bench.notesThere(3)).toBe(0);
  });
});

describe.skipIf(program === undefined)('a conflict that is found when a study is opened', () => {
  const bench = new Bench();
  const orders = async () => (await bench.ordersOf(1)).map(({ state, reason, transition }) => [reason, state, transition?.by]).sort();
  const HELD = [
    ['authored', 'held', 'reconcile'],
    ['user', 'held', 'reconcile'],
  ];
  beforeAll(async () => {
    await bench.start([1]);
    await bench.mark(1);
    await bench.reidentify(1);
    // an archive that is known to answer is asked
    await bench.station.client.call('outage.tryNow', {});
    await bench.station.client.call('reconcile.opened', { StudyInstanceUID: studyOf(1) });
    await vi.waitFor(async () => expect((await bench.run())?.items).toMatchObject([{ kind: 'reidentified' }]), WAIT);
    await bench.finish(1);
    await bench.station.client.call('transfer.send', { StudyInstanceUID: studyOf(1), node: 'MAIN', images: [imageOf(1, 2)] });
  }, 120_000);
  afterAll(() => bench.end());

  it('holds what is ordered of it from then on, results and images, with the reason', async () => {
    await expect.poll(orders, WAIT).toEqual(HELD);
    for (const { transition } of await bench.ordersOf(1))
      expect(transition?.why).toMatch(/^re-identified: Patient ID N1 \u2192 CORRECTED.*choose in "Reconcile"$/);
    expect(await bench.notesThere(1)).toBe(0);
  });

  it('is kept over a restart: nothing went, and the choice is asked for again', async () => {
    await bench.station.restart();
    expect(await orders()).toEqual(HELD);
    // what was found stands there before the archive was asked, and until it was
    expect((await bench.run())?.items).toMatchObject([{ kind: 'reidentified', isOld: true }]);
    await expect.poll(async () => ({ ...(await bench.run()), items: [] }), WAIT).toMatchObject({ state: 'ready', compared: 1, total: 1 });
    expect((await bench.run())?.items.map(({ kind, choice, isOld }) => [kind, choice, isOld])).toEqual([['reidentified', undefined, undefined]]);
    expect(await orders()).toEqual(HELD);
    expect(await bench.notesThere(1)).toBe(0);
  });

  it('lets everything go by the choice, by the actor who made it', async () => {
    await bench.station.client.call('reconcile.choose', { node: 'MAIN', id: `reidentified ${studyOf(1)}`, choice: 'oldId' });
    await bench.station.client.call('reconcile.apply', { node: 'MAIN' });
    await expect.poll(() => bench.notesThere(1), WAIT).toBe(1);
    expect((await bench.ordersOf(1)).map(({ transition }) => [transition?.to, transition?.by])).toEqual([
      ['released', 'reader'],
      ['released', 'reader'],
    ]);
  });
});
