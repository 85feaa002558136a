import { ImageLuts, InstanceId } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { walkDataSet } from '../../../electron/services/part10';
import { imageLuts } from '../../../electron/services/pixel';
import { el, encodeDataSet, type Element, type Encoding, sampleImage, sq } from '../../support/dicom';

const SYNTAX: Readonly<Record<Encoding, string>> = {
  implicitLE: '1.2.840.10008.1.2',
  explicitLE: '1.2.840.10008.1.2.1',
  explicitBE: '1.2.840.10008.1.2.2',
};

/** What `image.luts` answers for an image with these elements, checked against the contract. */
async function masksOf(extra: readonly Element[], encoding: Encoding = 'explicitLE') {
  const bytes = encodeDataSet(sampleImage({ NumberOfFrames: 3, extra }), encoding);
  const walked = walkDataSet(bytes, { TransferSyntaxUID: SYNTAX[encoding] });
  if (!walked.ok) return expect.fail(walked.reason.text);
  const { attributes, pixel } = walked;
  const luts = await imageLuts(
    {
      locate: () => ({ attributes, pixel, sizeBytes: bytes.length, location: { path: '', offset: 0, length: bytes.length } }),
      readRange: (_id, offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
    },
    InstanceId.parse(1),
  );
  return { ...ImageLuts.parse(structuredClone(luts)), image: attributes.image };
}

const floats = (bigEndian: boolean, ...values: number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, index) => view.setFloat32(4 * index, value, !bigEndian));
  return new Uint8Array(view.buffer);
};

describe('masks of an image', () => {
  for (const encoding of ['implicitLE', 'explicitLE', 'explicitBE'] as const)
    it(`come with their frames, ranges and shift, ${encoding}`, async () => {
      const average = [
        el(0x00286101, 'CS', 'AVG_SUB'),
        el(0x00286102, 'US', [4, 20, 30, 44]),
        el(0x00286110, 'US', [1, 2, 3]),
        el(0x00286112, 'US', 2),
        el(0x00286114, 'FL', floats(encoding === 'explicitBE', 0.5, -1.25)),
        el(0x00286190, 'ST', 'first run'),
      ];
      const interval = [el(0x00286101, 'CS', 'TID'), el(0x00286120, 'SS', -2)];
      const found = await masksOf([el(0x00281090, 'CS', 'SUB'), sq(0x00286100, [average, interval])], encoding);
      expect(found.problems).toEqual([]);
      expect(found.image?.extras).toEqual({ mask: true });
      expect(found.subtractionRecommended).toBe(true);
      expect(found.masks).toEqual([
        { operation: 'AVG_SUB', frames: [1, 2, 3], contrastAveraging: 2, tidOffset: 1, shift: [0.5, -1.25], range: [4, 20, 30, 44], explanation: 'first run' },
        { operation: 'TID', frames: [], contrastAveraging: 1, tidOffset: -2, shift: [0, 0], range: [], explanation: '' },
      ]);
    });

  it('are none where the item says NONE; what is not known is named', async () => {
    const found = await masksOf([sq(0x00286100, [[el(0x00286101, 'CS', 'NONE')], [el(0x00286101, 'CS', 'OTHER')]])]);
    expect(found.masks).toBeUndefined();
    expect(found.problems).toEqual(['the mask operation OTHER is not applied']);
  });

  it('say how values relate to intensity, for the logarithm', async () => {
    const found = await masksOf([el(0x00281040, 'CS', 'LIN'), sq(0x00286100, [[el(0x00286101, 'CS', 'TID')]])]);
    expect(found.image?.acquisition).toMatchObject({ PixelIntensityRelationship: 'LIN' });
    expect(found.masks?.[0]?.tidOffset).toBe(1);
  });
});
