import { type CallName, CallError, type CallOptions, type EventName, type EventPayload } from '@shared/contract';
import { JobId, type StudyRow } from '@shared/domain';
import type { ConnectionState, StationHost } from '../../../renderer/stores/host';
import { fakeRow, fakeSeries, fakeSets } from './fake-studies';

export { fakeRow, fakeSets } from './fake-studies';

export interface FakeOptions {
  readonly count: number;
  readonly failing?: boolean;
  readonly silent?: boolean;
  readonly developmentRuntime?: boolean;
  readonly session?: unknown;
}

/** A services side without a program behind it: rows, senders, jobs and their events by hand. */
export class FakeHost implements StationHost {
  state: ConnectionState = 'ready';
  readonly calls: { name: string; request: unknown }[] = [];
  readonly settings = new Map<string, unknown>();
  rows: StudyRow[];
  jobs: unknown[] = [];
  /** Of every study; undefined: the one that `fakeRow` has. */
  priors: readonly StudyRow[] | undefined;
  private readonly listeners = new Map<string, Set<(payload: never) => void>>();
  private readonly stateListeners = new Set<(state: ConnectionState) => void>();
  private readonly reconnected = new Set<() => void>();

  constructor(private readonly options: FakeOptions) {
    this.rows = Array.from({ length: options.count }, (_, index) => fakeRow(index));
    if (options.session !== undefined) this.settings.set('session', options.session);
  }

  async call(name: CallName, request: never, callOptions: CallOptions = {}): Promise<never> {
    this.calls.push({ name, request });
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (callOptions.signal?.aborted === true) throw new CallError('cancelled', 'cancelled');
    if (this.options.failing === true && name === 'study.search') throw new CallError('internal', 'the index answered with an error: disk I/O error');
    if (this.options.silent === true && name === 'study.search') await new Promise(() => undefined);
    return structuredClone(this.answer(name, request)) as never;
  }

  emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
    for (const listener of this.listeners.get(name) ?? []) listener(payload as never);
  }

  setState(state: ConnectionState): void {
    this.state = state;
    for (const listener of this.stateListeners) listener(state);
    if (state === 'ready') for (const listener of this.reconnected) listener();
  }

  on(name: string, listener: (payload: never) => void): () => void {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set.add(listener));
    return () => set.delete(listener);
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  }

  onReconnected(listener: () => void): () => void {
    this.reconnected.add(listener);
    return () => this.reconnected.delete(listener);
  }

  pathForFile(file: File): string {
    return `/dropped/${file.name}`;
  }

  private answer(name: CallName, request: Record<string, string>): unknown {
    switch (name) {
      case 'study.search':
        return this.search(request);
      case 'study.get': {
        const study = this.rowOf(request['StudyInstanceUID'] ?? '');
        return { study, series: fakeSeries(study), contents: [] };
      }
      case 'study.open':
      case 'study.look': {
        const study = this.rowOf(request['StudyInstanceUID'] ?? '');
        return {
          study,
          series: fakeSeries(study),
          displaySets: fakeSets(study),
          priors: this.priorsOf(study),
          revision: 1,
        };
      }
      case 'study.opened':
        return { priors: this.priorsOf(this.rowOf(request['StudyInstanceUID'] ?? '')) };
      case 'study.setState': {
        const study = { ...this.rowOf(request['StudyInstanceUID'] ?? ''), state: request['state'] ?? 'unread' } as StudyRow;
        this.rows = this.rows.map((row) => (row.StudyInstanceUID === study.StudyInstanceUID ? study : row));
        return { study };
      }
      case 'priors.find': {
        const of = this.rows.find((row) => row.patientKey === request['patientKey']);
        const dates = ['20240719', '20251124', '20210402', '20210526'];
        return {
          studies: dates.map((StudyDate, at) =>
            fakeRow(2000 + at, { ...(of === undefined ? {} : { PatientName: of.PatientName }), StudyDate, where: { kind: 'here' } }),
          ),
        };
      }
      case 'node.status':
        return {
          aeTitle: 'ALTERNATOR',
          host: '0.0.0.0',
          port: 11112,
          listening: true,
          addresses: ['10.4.0.31'],
          associations: 1,
          listeningSince: '2026-11-22T08:00:00',
        };
      case 'node.senders':
      case 'node.allowSender':
      case 'node.forgetSender':
        return {
          acceptUnknownSopClasses: false,
          accepted: [
            { aeTitle: 'CT2', host: '10.4.0.7', source: 'settings' },
            { aeTitle: '*', host: '127.0.0.1', source: 'run' },
          ],
          refused: [
            {
              aeTitle: 'MR1',
              calledAeTitle: 'ALTERNATOR',
              host: '10.4.0.19',
              reason: 'calling AE unknown',
              canAllow: true,
              count: 4,
              firstAt: '2026-11-22T07:58:00',
              lastAt: '2026-11-22T08:11:00',
            },
            {
              aeTitle: 'US4',
              calledAeTitle: 'OLDPACS',
              host: '10.4.0.23',
              reason: 'called AE is not ours',
              canAllow: false,
              count: 1,
              firstAt: '2026-11-22T07:58:00',
              lastAt: '2026-11-21T18:11:00',
            },
          ],
        };
      case 'cache.status':
        return {
          objects: 41_214,
          studies: this.rows.length,
          sizeBytes: 268e9,
          diskFreeBytes: 362e9,
          diskTotalBytes: 928e9,
          quarantined: 2,
          quarantinedBytes: 528_000,
          full: false,
          notices: [],
        };
      case 'quarantine.list':
        return {
          items: [
            {
              id: 'a',
              at: '2026-11-22T08:01:00',
              reason: 'same UID here, other content',
              SOPInstanceUID: '1.2.826.0.1.3680043.10.77.1',
              StudyInstanceUID: '1.2',
              from: 'CT2, 10.4.0.7',
              sizeBytes: 524_000,
            },
            { id: 'b', at: '2026-11-22T08:02:00', reason: 'Rows missing', SOPInstanceUID: '', StudyInstanceUID: '', from: 'import', sizeBytes: 4000 },
          ],
        };
      case 'job.list':
        return { jobs: this.jobs };
      case 'import.start':
        this.startImport();
        return { jobId: 'import-1' };
      case 'demo.start':
      case 'index.rebuild':
        return { jobId: 'job-9' };
      case 'settings.get':
        return { value: this.settings.get(request['name'] ?? '') };
      case 'settings.set':
        this.settings.set(request['name'] ?? '', request['value']);
        return {};
      case 'app.info':
        return {
          app: '0.1.0',
          electron: '33',
          chromium: '130',
          node: '20',
          dataDir: '/data',
          developmentRuntime: this.options.developmentRuntime ?? true,
          platform: 'linux',
          locale: 'de-DE',
          openPaths: false,
          memoryBytes: 8 * 2 ** 30,
          screenshot: false,
        };
      case 'dialog.choosePaths':
        return { paths: ['/media/CD_ROM'] };
      default:
        return {};
    }
  }

  private rowOf(uid: string): StudyRow {
    return this.rows.find((row) => row.StudyInstanceUID === uid) ?? fakeRow(1000);
  }

  private priorsOf(study: StudyRow): readonly StudyRow[] {
    if (this.priors !== undefined) return this.priors;
    const prior = fakeRow(1000, {
      PatientName: study.PatientName,
      PatientID: study.PatientID,
      patientKey: study.patientKey,
      StudyDate: '20240719',
      seriesCount: 3,
      ModalitiesInStudy: study.ModalitiesInStudy,
    });
    return study.StudyInstanceUID === prior.StudyInstanceUID ? [] : [prior];
  }

  private search(request: Record<string, string>): unknown {
    const { filter, offset, limit } = request as unknown as { filter: Record<string, string | undefined>; offset: number; limit: number };
    const matching = this.rows.filter(
      (row) =>
        (filter['state'] === undefined || row.state === filter['state']) &&
        (filter['Modality'] === undefined || row.ModalitiesInStudy.some((modality) => modality.startsWith(filter['Modality'] ?? ''))) &&
        (filter['PatientName'] === undefined || row.PatientName.toLowerCase().includes(filter['PatientName'].toLowerCase())) &&
        (filter['text'] === undefined || `${row.PatientName} ${row.PatientID} ${row.StudyDescription}`.toLowerCase().includes(filter['text'].toLowerCase())) &&
        (filter['studyDateFrom'] === undefined || row.StudyDate >= filter['studyDateFrom']) &&
        (filter['where'] === undefined || row.where.kind === filter['where']),
    );
    return { rows: matching.slice(offset, offset + limit), matching: matching.length, all: this.rows.length };
  }

  private startImport(): void {
    const base = {
      id: JobId.parse('import-1'),
      kind: 'import' as const,
      title: 'Import from "CD_ROM"',
      unit: 'files',
      notes: ['DICOMDIR names 1,213 files, all are on the medium.'],
      bytes: { done: 640e6, total: 640e6 },
      alreadyHere: 9,
      setAside: 1,
      startedAt: new Date(Date.now() - 19_000).toISOString(),
      studies: [this.rows[0]?.StudyInstanceUID ?? '1.2'],
    };
    const refused = [
      { name: 'IM_0034.dcm', reason: 'cut short, 12 of 524 kB' },
      { name: 'notes.docx', reason: 'not DICOM' },
      { name: 'IM_0091', reason: '65 535 x 65 535, size cannot be kept' },
      { name: 'A0021.dcm', reason: 'duplicate UID, different content', setAside: true, path: '/media/cd/A0021.dcm' },
    ];
    this.emit('job.changed', { ...base, state: 'running', done: 300, total: 1214, refused: [] });
    setTimeout(() => this.emit('job.changed', { ...base, state: 'done', done: 1214, total: 1214, refused, endedAt: new Date().toISOString() }), 300);
  }
}
