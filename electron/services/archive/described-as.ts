import type { Match } from '../dimse';
import type { DicomJson } from '../dicomweb';
import { textOf } from '../dicomweb';
import { type InstanceAttributes, readElementTree } from '../part10';

/** Whether an archive describes an object in other words than it is here. What either side does not say tells nothing. */
export function isDescribedOtherwise(here: InstanceAttributes, there: Match): boolean {
  const frames = here.image === undefined ? '' : String(here.NumberOfFrames);
  const pairs: readonly (readonly [string, string | undefined, (text: string) => string])[] = [
    [here.SOPClassUID, there.SOPClassUID, plain],
    [here.InstanceNumber, there.InstanceNumber, number],
    [frames, there.NumberOfFrames, number],
    [here.ContentDate, there.ContentDate, plain],
    [here.ContentTime, there.ContentTime, time],
  ];
  return pairs.some(([own, other = '', folded]) => own.trim() !== '' && other.trim() !== '' && folded(own) !== folded(other));
}

/** Dates of an object have no time zone (PS3.5 6.2): so much may lie between two clocks that say the same. */
const ZONES_MS = 14 * 3_600_000;

/** Whether an archive says that its object was made after this one came here: then it is another one, under the same UID. */
export function isMadeLater(arrivedAtMs: number, { InstanceCreationDate = '', InstanceCreationTime = '' }: Match): boolean {
  const date = /^(\d{4})(\d{2})(\d{2})$/.exec(InstanceCreationDate.trim());
  if (date === null) return false;
  const [, hours = '0', minutes = '0', seconds = '0'] = /^(\d{2})(\d{2})?(\d{2})?/.exec(InstanceCreationTime.trim()) ?? [];
  const madeMs = new Date(Number(date[1]), Number(date[2]) - 1, Number(date[3]), Number(hours), Number(minutes), Number(seconds)).getTime();
  return madeMs > arrivedAtMs + ZONES_MS;
}

/** Where an archive says what only it knows of an object, or what it changes as it likes: how to retrieve it, character sets, coercion (PS3.4 C.4, PS3.18 F). */
const ITS_OWN = new Set(['00080001', '00080005', '00080054', '00080056', '00080201', '00081190', '00083002', '00083003', '01000410', '04000561']);
const TEXT_VR = new Set(['AE', 'AS', 'CS', 'DA', 'DT', 'LO', 'SH', 'TM', 'UI']);
const NUMBER_VR = new Set(['DS', 'IS']);
const MOST_BYTES = 256;

/** Bytes of an object that is here, by ranges of its data set. */
export interface OwnDataSet {
  readonly TransferSyntaxUID: string;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/**
 * Whether the metadata of an object (DICOM JSON, PS3.18 F.2) differ from the object that is here, in plain texts and numbers of its top level. A difference is a reason to
 * compare the objects themselves, not more: services leave out, add and convert.
 */
export async function differsFromMetadata(here: OwnDataSet, there: DicomJson): Promise<boolean> {
  const { root } = await readElementTree(here, {
    TransferSyntaxUID: here.TransferSyntaxUID,
    wanted: (_tag, level) => (level === 0 ? MOST_BYTES : 0),
    sequences: new Set(),
  });
  for (const [key, attribute] of Object.entries(there)) {
    const vr = typeof attribute === 'object' && attribute !== null && 'vr' in attribute ? String(attribute.vr) : '';
    const tag = Number.parseInt(key, 16);
    // private elements and those that describe the transfer are left alone
    if (!/^[\dA-F]{8}$/i.test(key) || Math.floor(tag / 65536) % 2 === 1 || tag < 0x00080000 || ITS_OWN.has(key.toUpperCase())) continue;
    const isNumber = NUMBER_VR.has(vr);
    if (!isNumber && !TEXT_VR.has(vr)) continue;
    const [own, other] = [root.text(tag), textOf(there, tag)];
    if (!isAscii(own) || !isAscii(other) || (root.element(tag)?.length ?? 0) > MOST_BYTES) continue;
    const folded = isNumber ? number : vr === 'TM' || vr === 'DT' ? time : plain;
    // an archive need not say everything, but what it says must be here
    if (other !== '' && folded(own) !== folded(other)) return true;
  }
  return false;
}

const values = (text: string, fold: (part: string) => string): string => text.split('\\').map(fold).join('\\');

function plain(text: string): string {
  return values(text, (part) => part.trim());
}

function number(text: string): string {
  return values(text, (part) => (part.trim() === '' ? '' : String(Number(part))));
}

/** Fractions of seconds may be cut, and zeros of them left out. */
function time(text: string): string {
  return values(text, (part) =>
    part
      .trim()
      .replace(/\.\d*$/, '')
      .padEnd(6, '0'),
  );
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
