import { deflateRawSync } from 'node:zlib';
import { ImageLuts, InstanceId } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { imageLuts } from '../../../electron/services/pixel';
import { walkDataSet } from '../../../electron/services/part10';
import { encodeDataSet, sampleImage, sampleWithout, sq } from '../../support/dicom';
import { lutItem } from '../../support/stored-picture';

type FromCache = Parameters<typeof imageLuts>[0];

/** A cache with one object. */
function cacheOf(dataSet: Uint8Array, TransferSyntaxUID: string): FromCache {
  const walked = walkDataSet(dataSet, { TransferSyntaxUID });
  if (!walked.ok) return expect.fail(walked.reason.text);
  return {
    locate: () => ({
      attributes: walked.attributes,
      pixel: walked.pixel,
      sizeBytes: dataSet.length,
      location: { path: '', offset: 0, length: dataSet.length },
    }),
    readRange: (_id, offset, length) => {
      if (offset + length > dataSet.length) throw new Error(`bytes ${offset}+${length} lie outside the object`);
      return Promise.resolve(dataSet.slice(offset, offset + length));
    },
  };
}

const id = InstanceId.parse(1);
const withTable = encodeDataSet(sampleImage({ Rows: 300, Columns: 300, extra: [sq(0x00283010, [lutItem(4096, 0, 12, (at) => at)])] }));

describe('the look-up tables of an object in the cache', () => {
  it('come as the contract has them and survive a message port', async () => {
    const luts = structuredClone(await imageLuts(cacheOf(withTable, '1.2.840.10008.1.2.1'), id));
    expect(ImageLuts.parse(luts).voiLuts[0]).toMatchObject({ first: 0, bits: 12, explanation: 'TEST' });
    expect(luts.voiLuts[0]?.values).toEqual(Uint16Array.from({ length: 4096 }, (_, at) => at));
  });

  it('are read from a deflated object too', async () => {
    const luts = await imageLuts(cacheOf(deflateRawSync(withTable), '1.2.840.10008.1.2.1.99'), id);
    expect(luts.voiLuts[0]?.values).toHaveLength(4096);
  });

  it('cannot be had of an object without a picture', async () => {
    const bytes = encodeDataSet(sampleWithout([0x00280010, 0x00280011, 0x7fe00010]));
    await expect(imageLuts(cacheOf(bytes, '1.2.840.10008.1.2.1'), id)).rejects.toMatchObject({ code: 'cannotDecode' });
  });
});
