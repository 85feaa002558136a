import { type CallName, CallError, type EventName, type EventPayload } from '@shared/contract';
import { type DisplaySet, InstanceId, JobId, patientKeyOf, type SeriesRow, SeriesUid, SopInstanceUid, type StudyRow, StudyUid } from '@shared/domain';
import type { ConnectionState, StationHost } from '../../../renderer/stores/host';

const NAMES = [
  'DOE^JANE',
  'SMITH^Alan',
  'LINDQVIST^Astrid',
  'YAMADA^Tarou=山田^太郎=やまだ^たろう',
  'PETROV^Nikolai',
  'GARCÍA LÓPEZ^Inés',
  'VAN DER WESTHUIZEN-MONTGOMERY^Maximiliana Theodora Alexandrine',
  'ALHARBI^Noura=نورة^الحربي',
  "O'BRIEN^MAEVE",
  'NOWAK^Tomasz',
  'FERREIRA^Lucas',
  'HUANG^Mei-Ling',
  'ANDERSEN^Mikkel',
  'KOWALCZYK^Zofia',
  'DUBOIS^Camille',
  'MEHTA^Rohan',
  'Hong^Gildong=洪^吉洞=홍^길동',
  '',
];
const KINDS = [
  ['CT', 'CHEST W/O'],
  ['MR', 'BRAIN W/O + W'],
  ['CR', 'CHEST PA + LAT'],
  ['US', 'LIVER'],
  ['MG', 'SCREENING 4 VIEWS'],
  ['CT', 'HEAD W/O TRAUMA'],
  ['XA', 'CORONARY ANGIO'],
] as const;

/** Deterministic rows: the same for the same index. */
export function fakeRow(index: number, changes: Partial<StudyRow> = {}): StudyRow {
  const kind = KINDS[index % KINDS.length] ?? KINDS[0];
  const day = new Date(2026, 10, 22, 8, 6 - index * 14);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const id = String(4711 + ((index * 7919) % 89999));
  return {
    StudyInstanceUID: StudyUid.parse(`1.2.826.0.1.3680043.10.1.${index + 1}`),
    patientKey: patientKeyOf(id, ''),
    PatientName: NAMES[index % NAMES.length] ?? '',
    PatientID: id,
    IssuerOfPatientID: '',
    PatientBirthDate: `${1935 + ((index * 13) % 80)}0314`,
    PatientSex: index % 2 === 0 ? 'F' : 'M',
    StudyDate: `${day.getFullYear()}${pad(day.getMonth() + 1)}${pad(day.getDate())}`,
    StudyTime: `${pad(day.getHours())}${pad(day.getMinutes())}00`,
    AccessionNumber: `A-${260821 - index}`,
    ModalitiesInStudy: [kind[0]],
    StudyDescription: kind[1],
    InstitutionName: 'St. Brigid',
    ReferringPhysicianName: '',
    seriesCount: 1 + (index % 5),
    instanceCount: 1 + ((index * 211) % 1300),
    sizeBytes: 525_000 * (1 + ((index * 211) % 1300)),
    state: (['unread', 'unread', 'done', 'unread', 'reading'] as const)[index % 5] ?? 'unread',
    urgent: index % 6 === 0,
    where:
      index === 0
        ? { kind: 'arriving', received: 214, expected: 512 }
        : index % 23 === 9
          ? { kind: 'setAside', count: 2, reason: 'same UID, other content' }
          : { kind: 'here' },
    identityConflict: index % 41 === 7,
    lastArrivalAt: day.toISOString(),
    ...changes,
  };
}

function fakeSeries(study: StudyRow): SeriesRow[] {
  const names = ['Topogram', 'Axial lung', 'Axial soft', 'Coronal', 'Sagittal'];
  return names.slice(0, study.seriesCount).map((name, at) => ({
    SeriesInstanceUID: SeriesUid.parse(`${study.StudyInstanceUID}.${at + 1}`),
    StudyInstanceUID: study.StudyInstanceUID,
    Modality: study.ModalitiesInStudy[0] ?? 'OT',
    SeriesNumber: String(at + 1),
    SeriesDescription: name,
    SeriesDate: study.StudyDate,
    SeriesTime: study.StudyTime,
    BodyPartExamined: 'CHEST',
    Laterality: '',
    instanceCount: at === 0 ? 2 : 48,
    sizeBytes: 525_000 * 48,
  }));
}

/** One display set per series; frames of 256 x 256 signed 16 bit. */
export function fakeSets(study: StudyRow): DisplaySet[] {
  return fakeSeries(study).map((series, at) => ({
    id: `${series.SeriesInstanceUID}#0`,
    StudyInstanceUID: study.StudyInstanceUID,
    SeriesInstanceUID: series.SeriesInstanceUID,
    kind: at === 4 ? ('notShown' as const) : ('image' as const),
    Modality: series.Modality,
    SeriesNumber: series.SeriesNumber,
    SeriesDescription: series.SeriesDescription,
    splitReason: at === 0 ? 'localiser' : '',
    label: at === 4 ? 'Encapsulated PDF' : '',
    normalLps: [0, 0, 1],
    notes:
      at === 2
        ? [
            { kind: 'missing' as const, after: 12, count: 3, text: '3 images missing between 13 and 14' },
            { kind: 'spacingDiffers' as const, text: 'not a volume: spacing differs, 1.0 to 4.0 mm' },
          ]
        : [],
    frames: Array.from({ length: at === 4 ? 0 : series.instanceCount }, (_, index) => ({
      instanceId: InstanceId.parse(at * 1000 + index + 1),
      SOPInstanceUID: SopInstanceUid.parse(`${series.SeriesInstanceUID}.${index + 1}`),
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      TransferSyntaxUID: '1.2.840.10008.1.2.1',
      frameIndex: 0,
      numberOfFrames: 1,
      InstanceNumber: String(index + 1),
      format: {
        Rows: 256,
        Columns: 256,
        SamplesPerPixel: 1,
        PhotometricInterpretation: 'MONOCHROME2',
        BitsAllocated: 16,
        BitsStored: 16,
        HighBit: 15,
        PixelRepresentation: 1 as const,
      },
      ...(at === 3 ? { cannotDecode: 'JPEG 2000 Lossless (1.2.840.10008.1.2.4.90)' } : {}),
      positionLps: [-125, -125, 1000 + index * 2.5] as [number, number, number],
      rowDirectionLps: [1, 0, 0] as [number, number, number],
      columnDirectionLps: [0, 1, 0] as [number, number, number],
      spacingMm: [0.977, 0.977] as [number, number],
      spacingBasis: 'PixelSpacing' as const,
      sliceThicknessMm: 2.5,
      alongNormalMm: 1000 + index * 2.5,
      rescale: { slope: 1, intercept: -1024, type: 'HU' },
      windows: [{ center: 40, width: 400, explanation: 'soft tissue', function: 'LINEAR' as const }],
      AcquisitionTime: '',
      FrameOfReferenceUID: '1.2.3',
    })),
  }));
}

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
  private readonly listeners = new Map<string, Set<(payload: never) => void>>();
  private readonly stateListeners = new Set<(state: ConnectionState) => void>();
  private readonly reconnected = new Set<() => void>();

  constructor(private readonly options: FakeOptions) {
    this.rows = Array.from({ length: options.count }, (_, index) => fakeRow(index));
    if (options.session !== undefined) this.settings.set('session', options.session);
  }

  async call(name: CallName, request: never, callOptions: { signal?: AbortSignal } = {}): Promise<never> {
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
        return { study, series: fakeSeries(study) };
      }
      case 'study.open': {
        const study = this.rowOf(request['StudyInstanceUID'] ?? '');
        const prior = fakeRow(1000, {
          PatientName: study.PatientName,
          PatientID: study.PatientID,
          patientKey: study.patientKey,
          StudyDate: '20240719',
          seriesCount: 3,
          ModalitiesInStudy: study.ModalitiesInStudy,
        });
        return {
          study,
          series: fakeSeries(study),
          displaySets: fakeSets(study),
          priors: study.StudyInstanceUID === prior.StudyInstanceUID ? [] : [prior],
          revision: 1,
        };
      }
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
