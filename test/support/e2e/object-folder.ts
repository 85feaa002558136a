import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { el, type Element, encodeDataSet, encodePart10, latin1, sampleImage, sq } from '../dicom';

export const OBJECTS_STUDY = '2.25.7001';
const EXPLICIT_LE = '1.2.840.10008.1.2.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';

const code = (tag: number, value: string, scheme: string, meaning: string): Element =>
  sq(tag, [[el(0x00080100, 'SH', value), el(0x00080102, 'SH', scheme), el(0x00080104, 'LO', meaning)]]);

/** Elements of any object of the study, ascending. */
function object(SOPClassUID: string, n: number, Modality: string, series: number, description: string, more: readonly Element[]): Element[] {
  return [
    el(0x00080005, 'CS', 'ISO_IR 100'),
    el(0x00080016, 'UI', SOPClassUID),
    el(0x00080018, 'UI', `2.25.71${n}`),
    el(0x00080020, 'DA', '20260102'),
    el(0x00080030, 'TM', '101530'),
    el(0x00080060, 'CS', Modality),
    el(0x0008103e, 'LO', description),
    el(0x00100010, 'PN', 'Objects^Olga'),
    el(0x00100020, 'LO', 'OBJ1'),
    el(0x0020000d, 'UI', OBJECTS_STUDY),
    el(0x0020000e, 'UI', `2.25.72${series}`),
    el(0x00200011, 'IS', series),
    el(0x00200013, 'IS', 1),
    ...more,
  ];
}

const reference = (n: number): Element => sq(0x00081199, [[el(0x00081150, 'UI', CT), el(0x00081155, 'UI', `2.25.70${n}`)]]);

const item = (type: string, name: string, more: readonly Element[]): Element[] => [
  el(0x0040a010, 'CS', 'CONTAINS'),
  el(0x0040a040, 'CS', type),
  code(0x0040a043, '1', '99TEST', name),
  ...more,
];

function report(): Element[] {
  const image = [reference(2), el(0x0040a010, 'CS', 'CONTAINS'), el(0x0040a040, 'CS', 'IMAGE')];
  const measured = [sq(0x0040a300, [[code(0x004008ea, 'mm', 'UCUM', 'millimeter'), el(0x0040a30a, 'DS', '12.5')]])];
  return object('1.2.840.10008.5.1.4.1.1.88.22', 1, 'SR', 2, 'Findings', [
    el(0x0040a040, 'CS', 'CONTAINER'),
    code(0x0040a043, '126000', 'DCM', 'Imaging Measurement Report'),
    el(0x0040a491, 'CS', 'COMPLETE'),
    sq(0x0040a730, [
      item('TEXT', 'Impression', [el(0x0040a160, 'UT', '<img src=x onerror=alert(1)> nodule')]),
      item('PNAME', 'Observer', [el(0x0040a123, 'PN', 'Reader^Rita')]),
      item('NUM', 'Diameter', measured),
      image,
    ]),
  ]);
}

function keyObjects(): Element[] {
  const image = [reference(3), el(0x0040a010, 'CS', 'CONTAINS'), el(0x0040a040, 'CS', 'IMAGE')];
  return object('1.2.840.10008.5.1.4.1.1.88.59', 2, 'KO', 3, 'Key images', [
    el(0x0040a040, 'CS', 'CONTAINER'),
    code(0x0040a043, '113000', 'DCM', 'Of Interest'),
    sq(0x0040a730, [image]),
  ]);
}

/** Two leads of a heart of 60 beats a minute, 500 Hz, 5 uV a step. */
function ecg(): Element[] {
  const samples = 5000;
  const data = new Int16Array(samples * 2);
  for (let at = 0; at < samples; at++) {
    const phase = (at % 500) / 500;
    const beat = (centre: number, width: number, height: number): number => height * Math.exp(-(((phase - centre) / width) ** 2));
    const millivolts = beat(0.2, 0.025, 0.12) + beat(0.345, 0.008, -0.1) + beat(0.36, 0.01, 1.1) + beat(0.38, 0.009, -0.25) + beat(0.6, 0.05, 0.25);
    data[2 * at] = Math.round(millivolts * 200);
    data[2 * at + 1] = Math.round(millivolts * 120);
  }
  const channel = (label: string): Element[] => [
    el(0x003a0203, 'SH', label),
    el(0x003a0210, 'DS', '5'),
    code(0x003a0211, 'uV', 'UCUM', 'microvolt'),
    el(0x003a0212, 'DS', '1'),
    el(0x003a0213, 'DS', '0'),
    el(0x003a0220, 'DS', '0.05'),
    el(0x003a0221, 'DS', '150'),
  ];
  const group = [
    el(0x003a0005, 'US', 2),
    el(0x003a0010, 'UL', samples),
    el(0x003a001a, 'DS', '500'),
    el(0x003a0020, 'SH', 'RHYTHM'),
    sq(0x003a0200, [channel('I'), channel('II')]),
    el(0x54001004, 'US', 16),
    el(0x54001006, 'CS', 'SS'),
    el(0x54001010, 'OW', new Uint8Array(data.buffer)),
  ];
  return object('1.2.840.10008.5.1.4.1.1.9.1.1', 3, 'ECG', 4, '12-lead', [sq(0x54000100, [group])]);
}

/** A page that is half black, with an action that would run script if anything ran it. */
export function smallPdf(): Uint8Array {
  const stream = '0 0 0 rg 0 0 100 200 re f BT /F1 24 Tf 110 100 Td (Report) Tj ET';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const table = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`;
  return latin1(`${text}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
}

function pdf(): Element[] {
  const bytes = smallPdf();
  return object('1.2.840.10008.5.1.4.1.1.104.1', 4, 'DOC', 5, 'Letter', [
    el(0x00420010, 'ST', 'Discharge letter'),
    el(0x00420011, 'OB', bytes),
    el(0x00420012, 'LO', 'application/pdf'),
    el(0x00420015, 'UL', bytes.length),
  ]);
}

const model = (): Element[] =>
  object('1.2.840.10008.5.1.4.1.1.104.3', 5, 'M3D', 6, 'Model', [el(0x00420011, 'OB', new Uint8Array(84)), el(0x00420012, 'LO', 'model/stl')]);

function part10(elements: readonly Element[], SOPClassUID: string, SOPInstanceUID: string): Uint8Array {
  return encodePart10({ SOPClassUID, SOPInstanceUID, TransferSyntaxUID: EXPLICIT_LE }, encodeDataSet(elements));
}

function image(n: number): Uint8Array {
  const pixels = new Uint8Array(64 * 64 * 2).map((_, at) => (at % 128) + n);
  const names = { PatientName: 'Objects^Olga', PatientID: 'OBJ1', StudyInstanceUID: OBJECTS_STUDY, SeriesInstanceUID: '2.25.720' };
  const elements = sampleImage({ ...names, SOPInstanceUID: `2.25.70${n}`, InstanceNumber: n, Rows: 64, Columns: 64, pixels, z: n });
  return part10(elements, CT, `2.25.70${n}`);
}

/** A folder with three images, one object of each kind beside them, a zip archive of two more images, and two files that are no objects. */
export async function writeObjectFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const n of [1, 2, 3]) await writeFile(join(folder, `ct${n}.dcm`), image(n));
  const others = { report: report(), keys: keyObjects(), ecg: ecg(), pdf: pdf(), model: model() };
  for (const [name, elements] of Object.entries(others)) {
    const uid = (tag: number): string => valueOf(elements, tag);
    await writeFile(join(folder, `${name}.dcm`), part10(elements, uid(0x00080016), uid(0x00080018)));
  }
  await writeFile(join(folder, 'more.zip'), zipSync({ 'disc/IM4': image(4), 'disc/IM5': image(5), 'disc/readme.txt': latin1('nothing to see') }));
  await writeFile(join(folder, 'notes.txt'), 'these are words and no object at all; '.repeat(8));
}

function valueOf(elements: readonly Element[], tag: number): string {
  for (const element of elements) if (element.kind === 'element' && element.tag === tag) return String(element.value);
  return '';
}
