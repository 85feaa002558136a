import { el, encapsulated, type Element } from './writer';

export interface SampleImage {
  SOPClassUID?: string;
  SOPInstanceUID?: string;
  StudyInstanceUID?: string;
  SeriesInstanceUID?: string;
  PatientName?: string;
  PatientID?: string;
  Modality?: string;
  InstanceNumber?: number;
  Rows?: number;
  Columns?: number;
  NumberOfFrames?: number;
  BitsAllocated?: number;
  /** Position along z in millimetres. */
  z?: number;
  /** Native pixel bytes; zeros of the right length when absent. */
  pixels?: Uint8Array;
  /** Encapsulated pixel data instead. */
  fragments?: readonly Uint8Array[];
  offsets?: readonly number[];
  /** Put in or replace by tag. */
  extra?: readonly Element[];
}

/** Elements of a small, complete grey image, ascending by tag: an object that every part of the services takes. */
export function sampleImage(options: SampleImage = {}): Element[] {
  const { Rows = 4, Columns = 6, BitsAllocated = 16, NumberOfFrames } = options;
  const pixelBytes = Rows * Columns * (NumberOfFrames ?? 1) * (BitsAllocated / 8);
  const elements: Element[] = [
    el(0x00080005, 'CS', 'ISO_IR 100'),
    el(0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', 'AXIAL']),
    el(0x00080016, 'UI', options.SOPClassUID ?? '1.2.840.10008.5.1.4.1.1.2'),
    el(0x00080018, 'UI', options.SOPInstanceUID ?? '2.25.1001'),
    el(0x00080020, 'DA', '20260102'),
    el(0x00080030, 'TM', '101530'),
    el(0x00080050, 'SH', 'ACC1'),
    el(0x00080060, 'CS', options.Modality ?? 'CT'),
    el(0x00080090, 'PN', 'Referrer^Rita'),
    el(0x00081030, 'LO', 'Chest'),
    el(0x0008103e, 'LO', 'Axial 2 mm'),
    el(0x00100010, 'PN', options.PatientName ?? 'Doe^Jane'),
    el(0x00100020, 'LO', options.PatientID ?? 'P1'),
    el(0x00100030, 'DA', '19700101'),
    el(0x00100040, 'CS', 'F'),
    el(0x0020000d, 'UI', options.StudyInstanceUID ?? '2.25.11'),
    el(0x0020000e, 'UI', options.SeriesInstanceUID ?? '2.25.101'),
    el(0x00200010, 'SH', 'S1'),
    el(0x00200011, 'IS', 3),
    el(0x00200013, 'IS', options.InstanceNumber ?? 1),
    el(0x00200032, 'DS', [-10, -20, options.z ?? 30]),
    el(0x00200037, 'DS', [1, 0, 0, 0, 1, 0]),
    el(0x00200052, 'UI', '2.25.7'),
    el(0x00280002, 'US', 1),
    el(0x00280004, 'CS', 'MONOCHROME2'),
    ...(NumberOfFrames === undefined ? [] : [el(0x00280008, 'IS', NumberOfFrames)]),
    el(0x00280010, 'US', Rows),
    el(0x00280011, 'US', Columns),
    el(0x00280030, 'DS', [0.7, 0.8]),
    el(0x00280100, 'US', BitsAllocated),
    el(0x00280101, 'US', BitsAllocated === 16 ? 12 : BitsAllocated),
    el(0x00280102, 'US', BitsAllocated === 16 ? 11 : BitsAllocated - 1),
    el(0x00280103, 'US', 0),
    el(0x00281050, 'DS', 40),
    el(0x00281051, 'DS', 400),
    el(0x00281052, 'DS', -1024),
    el(0x00281053, 'DS', 1),
    el(0x00281054, 'LO', 'HU'),
    options.fragments === undefined
      ? el(0x7fe00010, BitsAllocated > 8 ? 'OW' : 'OB', options.pixels ?? new Uint8Array(pixelBytes))
      : encapsulated(options.fragments, options.offsets ?? []),
  ];
  const extra = options.extra ?? [];
  const replaced = new Set(extra.map((element) => element.tag));
  return [...elements.filter((element) => !replaced.has(element.tag)), ...extra].sort((a, b) => a.tag - b.tag);
}

/** The sample without the elements of these tags. */
export function sampleWithout(tags: readonly number[], options: SampleImage = {}): Element[] {
  return sampleImage(options).filter((element) => !tags.includes(element.tag));
}
