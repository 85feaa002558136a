import { existsSync } from 'node:fs';
import { el, encodeDataSet, encodePart10, sq } from './dicom';

/** One entry of a worklist, as a hospital's system writes it. */
export interface WorklistEntry {
  readonly id: string;
  readonly issuer?: string;
  readonly name: string;
  /** Of the texts; absent: the default repertoire. */
  readonly characterSet?: 'ISO_IR 100' | 'ISO_IR 144' | 'ISO_IR 192';
  readonly date: string;
  readonly time: string;
  readonly modality: string;
  readonly description: string;
  readonly study: string;
}

/** Orthanc's worklist plugin (Debian: orthanc); undefined when it is not there. With CI=true that throws, as a missing peer does. */
export function worklistPlugin(): string | undefined {
  const path = '/usr/share/orthanc/plugins/libModalityWorklists.so';
  if (existsSync(path)) return path;
  if (process.env['CI'] === 'true') throw new Error('the worklist plugin of Orthanc is missing: apt-get install orthanc');
  return undefined;
}

/** A worklist file (PS3.4 table K.6-1) for Orthanc's plugin and for wlmscpfs. */
export function worklistFile({ id, issuer, name, characterSet, date, time, modality, description, study }: WorklistEntry): Uint8Array {
  const text = (value: string): Uint8Array => encoded(value, characterSet);
  const step = [
    el(0x00080060, 'CS', modality),
    el(0x00400001, 'AE', `${modality}2`),
    el(0x00400002, 'DA', date),
    el(0x00400003, 'TM', time),
    el(0x00400006, 'PN', 'Operator^Olga'),
    el(0x00400007, 'LO', text(description)),
    el(0x00400009, 'SH', `S${id}`),
    el(0x00400010, 'SH', 'ROOM 2'),
    el(0x00400011, 'SH', 'HERE'),
  ];
  const elements = [
    ...(characterSet === undefined ? [] : [el(0x00080005, 'CS', characterSet)]),
    el(0x00080050, 'SH', `A${id}`),
    el(0x00080090, 'PN', 'Referrer^Rita'),
    el(0x00100010, 'PN', text(name)),
    el(0x00100020, 'LO', id),
    ...(issuer === undefined ? [] : [el(0x00100021, 'LO', issuer)]),
    el(0x00100030, 'DA', '19540314'),
    el(0x00100040, 'CS', 'F'),
    el(0x0020000d, 'UI', study),
    el(0x00321032, 'PN', 'Requester^Rolf'),
    el(0x00321060, 'LO', text(description)),
    sq(0x00400100, [step]),
    el(0x00401001, 'SH', `P${id}`),
    el(0x00401003, 'SH', 'ROUTINE'),
  ];
  const ids = { SOPClassUID: '1.2.840.10008.5.1.4.31', SOPInstanceUID: `${study}.1`, TransferSyntaxUID: '1.2.840.10008.1.2.1' };
  return encodePart10(ids, encodeDataSet(elements));
}

function encoded(text: string, characterSet: WorklistEntry['characterSet']): Uint8Array {
  if (characterSet === 'ISO_IR 192') return Buffer.from(text, 'utf8');
  if (characterSet !== 'ISO_IR 144') return Buffer.from(text, 'latin1');
  // ISO 8859-5: U+0401 to U+045F stand at 0xA1 to 0xFF
  return Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x80 ? code : code - 0x0400 + 0xa0;
  });
}
