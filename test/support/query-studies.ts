import { el, encodeDataSet, encodePart10, latin1, sampleImage, sq } from './dicom';
import type { RawObject } from './raw-sender';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';

interface Described {
  readonly study: string;
  readonly PatientName: string | Uint8Array;
  readonly characterSet: string;
  readonly PatientID: string;
  readonly StudyDate: string;
  readonly StudyTime: string;
  readonly AccessionNumber: string;
  readonly StudyDescription: string;
  /** Modality of each series, and its images. */
  readonly series: readonly (readonly [modality: string, images: number])[];
  /** Scheduled Procedure Step ID of each series. */
  readonly step?: string;
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/** Studies that differ in everything a query can ask for. */
export const QUERY_STUDIES: readonly Described[] = [
  {
    ...{ study: '2.25.9001', PatientName: 'Doe^Jane', characterSet: 'ISO_IR 100', PatientID: 'P1', StudyDate: '20260102', StudyTime: '101530' },
    ...{
      AccessionNumber: 'A.1',
      StudyDescription: 'CT Chest',
      series: [
        ['CT', 3],
        ['SR', 1],
      ] as const,
      step: 'SPS1',
    },
  },
  {
    ...{ study: '2.25.9002', PatientName: latin1('Müller^Jörg'), characterSet: 'ISO_IR 100', PatientID: 'P2', StudyDate: '20260203', StudyTime: '223000' },
    ...{ AccessionNumber: 'A21', StudyDescription: 'MR Brain', series: [['MR', 2]] as const },
  },
  {
    ...{ study: '2.25.9003', PatientName: utf8('Yamada^Tarou=山田^太郎=やまだ^たろう'), characterSet: 'ISO_IR 192', PatientID: 'P3', StudyDate: '20251231' },
    ...{
      StudyTime: '0800',
      AccessionNumber: 'B1',
      StudyDescription: 'US Abdomen',
      series: [
        ['US', 1],
        ['US', 2],
      ] as const,
    },
  },
  {
    ...{ study: '2.25.9004', PatientName: 'Doe^Jane', characterSet: 'ISO_IR 100', PatientID: 'P1', StudyDate: '20250102', StudyTime: '050000' },
    ...{ AccessionNumber: 'A3', StudyDescription: 'ct chest', series: [['CT', 1]] as const },
  },
  {
    ...{ study: '2.25.9005', PatientName: '', characterSet: 'ISO_IR 100', PatientID: 'P5', StudyDate: '', StudyTime: '' },
    ...{ AccessionNumber: '', StudyDescription: '', series: [['OT', 1]] as const },
  },
];

/** All objects of these studies, small CT images whatever they call themselves. */
export function queryObjects(studies: readonly Described[] = QUERY_STUDIES): RawObject[] {
  return studies.flatMap((study) =>
    study.series.flatMap(([modality, images], at) =>
      Array.from({ length: images }, (_, index) => {
        const SeriesInstanceUID = `${study.study}.${String(at + 1)}`;
        const SOPInstanceUID = `${SeriesInstanceUID}.${String(index + 1)}`;
        const step = study.step === undefined ? [] : [sq(0x00400275, [[el(0x00400009, 'SH', `${study.step}.${String(at + 1)}`)]])];
        const extra = [
          el(0x00080005, 'CS', study.characterSet),
          el(0x00080020, 'DA', study.StudyDate),
          el(0x00080030, 'TM', study.StudyTime),
          el(0x00080050, 'SH', study.AccessionNumber),
          el(0x00081030, 'LO', study.StudyDescription),
          el(0x00100010, 'PN', study.PatientName),
          el(0x00200011, 'IS', at + 1),
          ...step,
        ];
        const names = { SOPInstanceUID, SeriesInstanceUID, StudyInstanceUID: study.study, PatientID: study.PatientID, Modality: modality };
        const dataSet = Buffer.from(encodeDataSet(sampleImage({ ...names, InstanceNumber: index + 1, extra })));
        return { SOPClassUID: CT, SOPInstanceUID, TransferSyntaxUID: ELE, dataSet };
      }),
    ),
  );
}

export function part10Of({ dataSet, ...identity }: RawObject): Uint8Array {
  return encodePart10(identity, dataSet);
}
