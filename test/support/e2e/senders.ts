import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createHash } from 'node:crypto';
import { el, encodeDataSet, encodePart10, sampleImage, type SampleImage } from '../dicom';
import { peer, peerEnv } from '../peers';

const run = promisify(execFile);
const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';

export interface SentStudy {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly PatientID: string;
  readonly PatientName: string;
  readonly SOPInstanceUIDs: readonly string[];
  /** Part 10 files in order of InstanceNumber. */
  readonly files: readonly string[];
  /** Data set of each file. */
  readonly dataSets: readonly Uint8Array[];
}

/** PS3.5 B.2: a UID made of 120 bits of a digest. */
function uidOf(seed: number, what: string): string {
  const digest = createHash('sha256').update(`${seed} ${what}`).digest('hex');
  return `2.25.${String(BigInt(`0x${digest.slice(0, 30)}`) + 1n)}`;
}

/** Writes a small CT stack with a pattern that no two places share. `patient` is the raw DICOM name. */
export async function writeStudy(
  folder: string,
  patient: string,
  count: number,
  seed: number,
  size: { rows: number; columns: number } = { rows: 160, columns: 200 },
  changed: Partial<SampleImage> = {},
): Promise<SentStudy> {
  await mkdir(folder, { recursive: true });
  const StudyInstanceUID = uidOf(seed, `e2e study ${patient}`);
  const SeriesInstanceUID = uidOf(seed, `e2e series ${patient}`);
  const PatientID = `E2E-${seed}`;
  const files: string[] = [];
  const dataSets: Uint8Array[] = [];
  const SOPInstanceUIDs: string[] = [];
  const { rows: Rows, columns: Columns } = size;
  for (let number = 1; number <= count; number++) {
    const pixels = new Uint16Array(Rows * Columns);
    for (let i = 0; i < pixels.length; i++) {
      const [x, y] = [i % Columns, Math.floor(i / Columns)];
      pixels[i] = (x * 13 + y * 7 + number * 29 + ((x * y) % 61) * 9) % 1500;
    }
    const SOPInstanceUID = uidOf(seed, `e2e instance ${patient} ${number}`);
    const elements = sampleImage({
      SOPClassUID: CT_IMAGE_STORAGE,
      SOPInstanceUID,
      StudyInstanceUID,
      SeriesInstanceUID,
      PatientName: patient,
      PatientID,
      InstanceNumber: number,
      Rows,
      Columns,
      z: -2 * number,
      pixels: new Uint8Array(pixels.buffer),
      ...changed,
      extra: [el(0x00280030, 'DS', ['0.7', '0.7']), el(0x00281050, 'DS', '-300'), el(0x00281051, 'DS', '1500'), ...(changed.extra ?? [])],
    });
    const dataSet = encodeDataSet(elements);
    const file = join(folder, `${number}.dcm`);
    await writeFile(file, encodePart10({ SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, dataSet));
    files.push(file);
    SOPInstanceUIDs.push(SOPInstanceUID);
    dataSets.push(dataSet);
  }
  return { StudyInstanceUID, SeriesInstanceUID, PatientID, PatientName: patient, SOPInstanceUIDs, files, dataSets };
}

export interface SendTo {
  readonly port: number;
  readonly calling: string;
  readonly called?: string;
}

/** Sends by DCMTK's storescu; rejects with its words when the peer refuses. */
export async function send(files: readonly string[], to: SendTo): Promise<void> {
  const storescu = peer('storescu');
  if (storescu === undefined) throw new Error('storescu is not installed');
  await run(storescu, ['-aet', to.calling, '-aec', to.called ?? 'ALTERNATOR', '127.0.0.1', String(to.port), ...files], { env: peerEnv(), timeout: 60_000 });
}
