import { mkdir } from 'node:fs/promises';
import { layoutOf } from '../../../electron/services/cache/layout';
import { openIndex } from '../../../electron/services/index';
import type { IndexedObject } from '../../../electron/services/index';
import { silentLogger } from '../../../electron/services/logging/logger';
import { walkDataSet } from '../../../electron/services/part10';
import { encodeDataSet, sampleImage } from '../dicom';

const MODALITIES = ['CT', 'MR', 'CR', 'US', 'MG', 'PT'];
const BATCH = 1000;

/**
 * Writes rows of `count` studies with so many images each into the index of a data folder that no program has open. There are no files behind them, so they
 * are raw data: nothing asks for a picture, which would find that the file is gone and take the row out. */
export async function fillIndex(dataDir: string, count: number, imagesPerStudy = 1): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const index = openIndex(layoutOf(dataDir).index, { clock, log: silentLogger });
  try {
    const template = templateObject();
    for (let from = 0; from < count; from += BATCH) {
      const batch: IndexedObject[] = [];
      for (let number = from; number < Math.min(count, from + BATCH); number++) {
        for (let image = 1; image <= imagesPerStudy; image++) batch.push(imageOf(template, number, image));
        if (batch.length >= BATCH) index.put(batch.splice(0), { durable: true });
      }
      index.put(batch, { durable: true });
    }
  } finally {
    index.close();
  }
}

function templateObject(): Pick<IndexedObject, 'attributes' | 'pixel'> & { sizeBytes: number } {
  const dataSet = encodeDataSet(sampleImage());
  const walked = walkDataSet(dataSet, { TransferSyntaxUID: '1.2.840.10008.1.2.1' });
  if (!walked.ok) throw new Error(`the sample is not valid: ${JSON.stringify(walked)}`);
  return { attributes: walked.attributes, pixel: walked.pixel, sizeBytes: dataSet.length };
}

function imageOf(template: ReturnType<typeof templateObject>, number: number, image: number): IndexedObject {
  const { image: _none, ...attributes } = template.attributes;
  const five = String(number).padStart(5, '0');
  const day = new Date(Date.UTC(2026, 0, 1) - number * 3_600_000).toISOString();
  return {
    attributes: {
      ...attributes,
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.66',
      SOPInstanceUID: `2.25.7${number}1.${image}`,
      StudyInstanceUID: `2.25.7${number}2`,
      SeriesInstanceUID: `2.25.7${number}3`,
      InstanceNumber: String(image),
      PatientName: `PATIENT${five}^Test`,
      PatientID: `ID${five}`,
      AccessionNumber: `ACC${five}`,
      StudyDate: day.slice(0, 10).replaceAll('-', ''),
      StudyTime: day.slice(11, 19).replaceAll(':', ''),
      Modality: MODALITIES[number % MODALITIES.length] ?? 'CT',
      StudyDescription: `STUDY ${number % 37}`,
    },
    pixel: template.pixel,
    sizeBytes: template.sizeBytes,
    arrivedAtMs: Date.now() - number * 1000,
    file: { dataOffset: 400, sha256: new Uint8Array(32), chunkDigests: new Uint8Array(0) },
  };
}
