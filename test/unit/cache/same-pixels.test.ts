import { describe, expect, it } from 'vitest';
import { inMemory } from '../../../electron/services/cache/data-set-source';
import { samePicture, type StoredFrame } from '../../../electron/services/cache/same-pixels';
import { runDigestTask } from '../../../electron/services/thumbnails/digest-task';
import { plainCodecs } from '../../support/codecs';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { encodeFrame, pixelFormat } from '../../support/encode-frame';

const NATIVE = '1.2.840.10008.1.2.1';
const J2K_LOSSLESS = '1.2.840.10008.1.2.4.90';
const format = pixelFormat({ Rows: 16, Columns: 16, BitsAllocated: 16, BitsStored: 12 });
const samples = Uint8Array.from({ length: 512 }, (_, at) => (at % 2 === 0 ? (at * 7) % 256 : at % 16));

async function compressed(from: Uint8Array, PatientID = 'P1') {
  const fragments = [await encodeFrame('Jpeg2000', from, format)];
  return inMemory(encodeDataSet(sampleImage({ Rows: 16, Columns: 16, PatientID, fragments })), J2K_LOSSLESS);
}

const native = (pixels: Uint8Array) => inMemory(encodeDataSet(sampleImage({ Rows: 16, Columns: 16, pixels })), NATIVE);

async function digest(frame: StoredFrame): Promise<string | undefined> {
  const outcome = runDigestTask(frame, await plainCodecs());
  return outcome.ok ? outcome.digest : undefined;
}

describe('two copies of an object in different compressions', () => {
  it('are the same when every decoded value and every other element is', async () => {
    expect(await samePicture(native(samples), await compressed(samples), digest)).toBe('same');
    expect(await samePicture(await compressed(samples), native(samples), digest)).toBe('same');
  });

  it('are not when one value is another', async () => {
    const other = Uint8Array.from(samples);
    other[200] = 1;
    expect(await samePicture(native(samples), await compressed(other), digest)).toBe('different');
  });

  it('are not when an element is another', async () => {
    expect(await samePicture(native(samples), await compressed(samples, 'P2'), digest)).toBe('different');
  });

  it('are called neither when a frame cannot be decoded', async () => {
    expect(await samePicture(native(samples), await compressed(samples), () => Promise.resolve(undefined))).toBe('unknown');
  });
});
