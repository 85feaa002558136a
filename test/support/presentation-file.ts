import { el, encodeDataSet, encodePart10, type Element, type Encoding, sq } from './dicom';

const GSPS = '1.2.840.10008.5.1.4.1.1.11.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';

export interface StateFile {
  readonly columns: number;
  readonly rows: number;
  readonly encoding?: Encoding;
  readonly SOPClassUID?: string;
  /** Frames that it is for; all without. */
  readonly frames?: readonly number[];
  /** Put in or replace by tag. */
  readonly extra?: readonly Element[];
}

export const reference = (frames: readonly number[] = []): Element[] => [
  el(0x00081150, 'UI', CT),
  el(0x00081155, 'UI', '2.25.1001'),
  ...(frames.length === 0 ? [] : [el(0x00081160, 'IS', [...frames])]),
];

/** Elements of a softcopy presentation state for the sample image, shape IDENTITY, whole image fitted. */
export function stateElements({ columns, rows, SOPClassUID = GSPS, frames = [], extra = [] }: StateFile): Element[] {
  const elements: Element[] = [
    el(0x00080005, 'CS', 'ISO_IR 100'),
    el(0x00080016, 'UI', SOPClassUID),
    el(0x00080018, 'UI', '2.25.5001'),
    el(0x00080020, 'DA', '20260102'),
    el(0x00080030, 'TM', '101530'),
    el(0x00080050, 'SH', 'ACC1'),
    el(0x00080060, 'CS', 'PR'),
    el(0x00080070, 'LO', 'TEST'),
    el(0x00080090, 'PN', 'Referrer^Rita'),
    sq(0x00081115, [[el(0x0020000e, 'UI', '2.25.101'), sq(0x00081140, [reference(frames)])]]),
    el(0x00100010, 'PN', 'Doe^Jane'),
    el(0x00100020, 'LO', 'P1'),
    el(0x00100030, 'DA', '19700101'),
    el(0x00100040, 'CS', 'F'),
    el(0x0020000d, 'UI', '2.25.11'),
    el(0x0020000e, 'UI', '2.25.5000'),
    el(0x00200010, 'SH', 'S1'),
    el(0x00200011, 'IS', 9),
    el(0x00200013, 'IS', 1),
    el(0x00700041, 'CS', 'N'),
    el(0x00700042, 'US', 0),
    sq(0x0070005a, [[el(0x00700052, 'SL', [1, 1]), el(0x00700053, 'SL', [columns, rows]), el(0x00700100, 'CS', 'SCALE TO FIT'), el(0x00700102, 'IS', [1, 1])]]),
    el(0x00700080, 'CS', 'TESTSTATE'),
    el(0x00700081, 'LO', 'A test'),
    el(0x00700082, 'DA', '20260103'),
    el(0x00700083, 'TM', '111213'),
    el(0x00700084, 'PN', 'Maker^Mia'),
    el(0x20500020, 'CS', 'IDENTITY'),
  ];
  const replaced = new Set(extra.map(({ tag }) => tag));
  return [...elements.filter(({ tag }) => !replaced.has(tag)), ...extra].sort((left, right) => left.tag - right.tag);
}

export function stateFile(state: StateFile): Uint8Array {
  const { encoding = 'explicitLE', SOPClassUID = GSPS } = state;
  const TransferSyntaxUID = { implicitLE: '1.2.840.10008.1.2', explicitLE: '1.2.840.10008.1.2.1', explicitBE: '1.2.840.10008.1.2.2' }[encoding];
  return encodePart10({ SOPClassUID, SOPInstanceUID: '2.25.5001', TransferSyntaxUID }, encodeDataSet(stateElements(state), encoding));
}
