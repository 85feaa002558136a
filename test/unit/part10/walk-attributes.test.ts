import { describe, expect, it } from 'vitest';
import { refusalStatus, walkDataSet, type WalkOptions, type WalkResult } from '../../../electron/services/part10';
import { el, encodeDataSet, latin1, sampleImage, sampleWithout, sq, type Element, type SampleImage } from '../../support/dicom';

function walk(elements: readonly Element[], options: Partial<WalkOptions> = {}): WalkResult {
  return walkDataSet(encodeDataSet(elements), { TransferSyntaxUID: '1.2.840.10008.1.2.1', ...options });
}

function attributesOf(extra: readonly Element[], options: SampleImage = {}) {
  const result = walk(sampleImage({ ...options, extra }));
  if (!result.ok) throw new Error(result.reason.text);
  return result.attributes;
}

describe('texts of the acquisition', () => {
  it('have both values of Patient Orientation, for the letters of radiographs', () => {
    const { image } = attributesOf([el(0x00200020, 'CS', ['P', 'FL'])]);
    expect(image?.acquisition?.['PatientOrientation']).toBe('P\\FL');
  });
});

describe('identifiers', () => {
  it.each([
    ['SOP Class UID', 0x00080016],
    ['SOP Instance UID', 0x00080018],
    ['Study Instance UID', 0x0020000d],
    ['Series Instance UID', 0x0020000e],
  ])('refuses an object without %s with A900', (_, tag) => {
    for (const elements of [sampleWithout([tag]), sampleImage({ extra: [el(tag, 'UI', '')] })]) {
      const result = walk(elements);
      expect(result).toMatchObject({ ok: false, reason: { code: 'missingUid', tag } });
      if (!result.ok) expect(refusalStatus(result.reason.code)).toBe(0xa900);
    }
  });

  it.each(['1.2.abc', '../../etc', '1..2', '.1', '1.2.', '1.2 3', '1'.repeat(65)])('refuses the UID %s with C000', (uid) => {
    const result = walk(sampleImage({ SOPInstanceUID: uid }));
    expect(result).toMatchObject({ ok: false, reason: { code: 'badUid' } });
    expect(refusalStatus('badUid')).toBe(0xc000);
  });

  it('takes values that stand behind the pixel data, where they must not, as it takes the others', () => {
    const elements = [...sampleWithout([0x00100010, 0x0020000d]), el(0x0020000d, 'UI', '2.25.77'), el(0x00100010, 'PN', latin1('LATE^NAME'))];
    const result = walk(elements);
    expect(result).toMatchObject({ ok: true, attributes: { PatientName: 'LATE^NAME', StudyInstanceUID: '2.25.77' } });
    expect(result.ok && result.attributes.warnings).toContain('elements not in ascending order');
  });

  it('tolerates components with leading zeros and padding by blanks', () => {
    const attributes = attributesOf([], { SOPInstanceUID: '1.2.003 ' });
    expect(attributes.SOPInstanceUID).toBe('1.2.003');
    expect(attributes.warnings).toEqual(['SOPInstanceUID: UID component with leading zero']);
  });

  it('refuses an object that is not the one announced (B6)', () => {
    const expected = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '2.25.1001' };
    expect(walk(sampleImage(), { expected }).ok).toBe(true);
    for (const other of [
      { ...expected, SOPClassUID: '1.2' },
      { ...expected, SOPInstanceUID: '2.25.1002' },
      { ...expected, StudyInstanceUID: '2.25.9' },
    ]) {
      const result = walk(sampleImage(), { expected: other });
      expect(result).toMatchObject({ ok: false, reason: { code: 'uidMismatch' } });
    }
    expect(refusalStatus('uidMismatch')).toBe(0xa900);
  });
});

describe('texts', () => {
  it('trims blanks and NULs and decodes by Specific Character Set', () => {
    const attributes = attributesOf([
      el(0x00080005, 'CS', 'ISO_IR 144'),
      el(0x00100010, 'PN', Uint8Array.of(0xbb, 0xee, 0xda, 0x63, 0x65, 0x64, 0x20, 0x20)),
      el(0x00100020, 'LO', ' A 1\0'),
    ]);
    expect(attributes.PatientName).toBe('Люкced');
    expect(attributes.PatientID).toBe('A 1');
  });

  it('names bytes that the declared set does not have', () => {
    const attributes = attributesOf([el(0x00080005, 'CS', ''), el(0x00100010, 'PN', latin1('M\u00fcller^A'))]);
    expect(attributes.PatientName).toBe('Müller^A');
    expect(attributes.warnings).toEqual(['PatientName: bytes outside of the declared character set: read as Latin-1']);
  });

  it('keeps long values different and short enough for a key', () => {
    const [first, second] = ['A', 'B'].map((last) => attributesOf([el(0x00100020, 'LO', `${'"'.repeat(500)}${last}`)]).PatientID);
    expect(first).not.toBe(second);
    expect(first?.length).toBeLessThanOrEqual(128);
  });

  it('blanks control characters', () => {
    expect(attributesOf([el(0x00081030, 'LO', 'a\u0007b\nc')]).StudyDescription).toBe('a b c');
  });

  it('does not index a value of more than 64 KiB', () => {
    const attributes = attributesOf([el(0x00102000, 'LO', ''), el(0x00081030, 'UT', 'x'.repeat(70_000))]);
    expect(attributes.StudyDescription).toBe('');
    expect(attributes.warnings).toContain('value too long for the index');
  });

  it('does not read binary values as text', () => {
    const attributes = attributesOf([el(0x00081030, 'OB', latin1('abcd'))]);
    expect(attributes.StudyDescription).toBe('');
    expect(attributes.warnings).toEqual(['StudyDescription: VR OB holds no text']);
  });
});

describe('image header', () => {
  const imageOf = (...extra: Element[]) => attributesOf(extra).image;

  it('does not take Rows of another VR or size', () => {
    for (const rows of [el(0x00280010, 'UL', 4), el(0x00280010, 'US', [4, 4]), el(0x00280010, 'SH', 'ab')]) {
      const attributes = attributesOf([rows]);
      expect(attributes.image).toBeUndefined();
      expect(attributes.warnings.some((warning) => warning.startsWith('Rows:'))).toBe(true);
    }
  });

  it('reads numbers strictly', () => {
    expect(imageOf(el(0x00280030, 'DS', '0,7\\0,7'))?.PixelSpacing).toBeUndefined();
    expect(imageOf(el(0x00280030, 'DS', '0\\0.7'))?.PixelSpacing).toBeUndefined();
    expect(imageOf(el(0x00280030, 'DS', '0.7'))?.PixelSpacing).toBeUndefined();
    expect(imageOf(el(0x00280030, 'DS', ' .7\\+7e-1 '))?.PixelSpacing).toEqual([0.7, 0.7]);
    expect(imageOf(el(0x00200032, 'DS', '1\\2\\1e999'))?.positionLps).toBeUndefined();
    expect(imageOf(el(0x00200037, 'DS', '1\\0\\0\\0\\1'))?.orientation).toBeUndefined();
    expect(imageOf(el(0x00281053, 'DS', '0'))?.rescale).toBeUndefined();
    expect(imageOf(el(0x00281053, 'DS', 'Infinity'))?.rescale).toBeUndefined();
  });

  it('reads windows in pairs, with explanations and function', () => {
    const windows = [
      el(0x00281050, 'DS', '40\\-600\\9'),
      el(0x00281051, 'DS', '400\\1500\\0'),
      el(0x00281055, 'LO', 'soft\\lung'),
      el(0x00281056, 'CS', 'SIGMOID'),
    ];
    expect(imageOf(...windows)?.windows).toEqual([
      { center: 40, width: 400, explanation: 'soft', function: 'SIGMOID' },
      { center: -600, width: 1500, explanation: 'lung', function: 'SIGMOID' },
    ]);
  });

  it('reads the padding value with the sign of the pixels', () => {
    expect(imageOf(el(0x00280120, 'SS', -2000))?.PixelPaddingValue).toBe(63536);
    expect(imageOf(el(0x00280120, 'US', 63536), el(0x00280103, 'US', 1))?.PixelPaddingValue).toBe(-2000);
  });

  it('says when a LUT sequence or lossy compression is there', () => {
    const lut = sq(0x00283000, [[el(0x00283003, 'LO', 'x')]]);
    const image = imageOf(lut, el(0x00282110, 'CS', '01'), el(0x00282112, 'DS', '5\\10'));
    expect(image).toMatchObject({ hasModalityLutSequence: true, hasVoiLutSequence: false, lossy: { ratio: 10 } });
    expect(imageOf(sq(0x00283000, [], { undefinedLength: false }))?.hasModalityLutSequence).toBe(false);
  });

  it('keeps an object whose pixel data are too short, and says so', () => {
    const attributes = attributesOf([el(0x00280010, 'US', 65535), el(0x00280011, 'US', 65535), el(0x00280008, 'IS', '2147483647')]);
    expect(attributes.warnings).toEqual([`pixel data too short: 48 of ${String(65535 * 65535 * 2 * 2147483647)} bytes`]);
  });

  it.each([
    ['Bits Stored above Bits Allocated', el(0x00280101, 'US', 17)],
    ['High Bit below Bits Stored - 1', el(0x00280102, 'US', 10)],
    ['no rows', el(0x00280010, 'US', 0)],
    ['a Pixel Representation of 2', el(0x00280103, 'US', 2)],
  ])('shows no image with %s', (_, element) => {
    const attributes = attributesOf([element]);
    expect(attributes.image).toBeUndefined();
    expect(attributes.warnings).toHaveLength(1);
  });

  it('takes a Number of Frames that is no count as one', () => {
    for (const value of ['0', '-3', '1.5', 'many']) expect(attributesOf([el(0x00280008, 'IS', value)]).NumberOfFrames).toBe(1);
  });
});
