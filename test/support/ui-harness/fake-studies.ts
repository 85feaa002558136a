import { type DisplaySet, InstanceId, patientKeyOf, type SeriesRow, SeriesUid, SopInstanceUid, type StudyRow, StudyUid } from '@shared/domain';

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

/** The series of a study, as many as its row says. */
export function fakeSeries(study: StudyRow): SeriesRow[] {
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

/** Three reports of a study, one series without frames. */
export function fakeReports(study: StudyRow): DisplaySet {
  const [set] = fakeSets(study);
  if (set === undefined) throw new Error('a study without series');
  const SeriesInstanceUID = SeriesUid.parse(`${study.StudyInstanceUID}.99`);
  const objects = [1, 2, 3].map((number) => ({
    ...{ instanceId: InstanceId.parse(9000 + number), SOPInstanceUID: SopInstanceUid.parse(`2.25.9${number}`), InstanceNumber: String(number) },
    ...{ SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11', TransferSyntaxUID: '1.2.840.10008.1.2.1' },
  }));
  return { ...set, id: `${SeriesInstanceUID}#0`, SeriesInstanceUID, kind: 'notShown', Modality: 'SR', label: 'Basic Text SR', frames: [], notes: [], objects };
}
