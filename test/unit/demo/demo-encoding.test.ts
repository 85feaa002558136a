import { describe, expect, it } from 'vitest';
import { decodeText, parseCharacterSet } from '@shared/dicom';
import { decodeRle } from '../../../shared/pixel/codecs/rle';
import { encodeDataSet } from '../../../electron/services/encode/encode-data-set';
import { textEncoder } from '../../../electron/services/encode/encode-text';
import { jpegBaselineEncoder } from '../../../electron/services/demo/encode/jpeg-baseline';
import { encodeJpegLossless } from '../../../electron/services/demo/encode/jpeg-lossless';
import { encodeRle } from '../../../electron/services/demo/encode/rle';
import { createRandom } from '../../../electron/services/demo/random';
import type { PixelFormat } from '@shared/domain';
import { decodeFrame } from '@shared/pixel';
import { nodeCodecs } from '../../support/codecs';
import { testSeed } from '../../support/seed';

describe('the encoder of demo texts', () => {
  it.each([
    [['ISO_IR 100'], 'GRÖßMANN^Jürgen'],
    [['ISO_IR 126'], 'Παπαδοπούλου^Ελένη'],
    [['ISO_IR 127'], 'حداد^ليلى'],
    [['ISO_IR 144'], 'Соколова^Мария^Ивановна'],
    [['', 'ISO 2022 IR 87'], 'Yamada^Tarou=山田^太郎=やまだ^たろう'],
    [['', 'ISO 2022 IR 149'], 'Hong^Gildong=洪^吉洞=홍^길동'],
    [['ISO_IR 192'], 'Wang^XiaoDong=王^小东'],
  ])('writes what the declared set %j reads back', (terms, name) => {
    const bytes = textEncoder(terms)(name);
    expect(decodeText(bytes, parseCharacterSet(terms.join('\\')), true)).toMatchObject({ text: name });
  });

  it('writes the examples of the standard (PS3.5 H.3.1, I.2)', () => {
    const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
    expect(latin(textEncoder(['', 'ISO 2022 IR 87'])('Yamada^Tarou=山田^太郎=やまだ^たろう'))).toBe(
      'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B',
    );
    expect(latin(textEncoder(['', 'ISO 2022 IR 149'])('Hong^Gildong=洪^吉洞=홍^길동'))).toBe(
      'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
    );
  });

  it('refuses a character that the declared set does not have', () => {
    expect(() => textEncoder(['ISO_IR 100'])('山田')).toThrow('not in the declared character set');
    expect(() => textEncoder(['ISO_IR 999'])('A')).toThrow('ISO_IR 999');
  });
});

describe('the encoder of demo data sets', () => {
  it('writes elements in ascending order with the padding of their VR, and sequences with defined lengths', () => {
    const bytes = encodeDataSet({ PatientID: 'ABC', SOPClassUID: '1.2.3', ViewCodeSequence: [{ CodeValue: 'X' }] });
    expect(Buffer.from(bytes).toString('hex')).toBe(
      ['0800160055490600312e322e3300', '100020004c4f040041424320', '54002002535100001200000' + '0feff00e00a000000' + '080000015348020058' + '20'].join(''),
    );
  });

  it('knows every keyword or throws', () => {
    expect(() => encodeDataSet({ PatientNaem: 'X' })).toThrow('Unknown attribute PatientNaem');
  });
});

/** A picture with flat parts, slopes and noise: what the encoders meet. */
function picture(pixels: number, largest: number, seed: number): Uint16Array {
  const random = createRandom(seed);
  const kinds = [() => 0, (i: number) => i % largest, () => Math.floor(random.next() * largest), () => largest];
  return Uint16Array.from({ length: pixels }, (_, i) => kinds[Math.floor(i / 37) % kinds.length]?.(i) ?? 0);
}

describe('the encoders of demo frames', () => {
  const seed = testSeed();
  console.info(`ALTERNATOR_SEED=${seed}`);

  it.each([
    [1, 1],
    [2, 1],
    [1, 3],
  ] as const)('RLE of %i bytes a sample and %i samples a pixel is read back', (bytesPerSample, samplesPerPixel) => {
    const [columns, rows] = [61, 23];
    const wide = picture(columns * rows * samplesPerPixel, 250, seed);
    const samples = bytesPerSample === 2 ? new Uint8Array(wide.map((value) => value * 201).buffer) : Uint8Array.from(wide);
    const coded = encodeRle(samples, columns, bytesPerSample, samplesPerPixel);
    expect(coded.length % 2).toBe(0);
    expect(decodeRle(coded, { pixels: columns * rows, bytesPerSample, samplesPerPixel })).toEqual({ ok: true, bytes: samples });
  });

  it.each([8, 12, 16])('JPEG Lossless of %i bits is read back', async (precision) => {
    const codecs = await nodeCodecs();
    const [columns, rows] = [59, 31];
    const samples = picture(columns * rows, 2 ** precision - 1, seed);
    const coded = encodeJpegLossless(samples, rows, columns, precision);
    const format: PixelFormat = {
      Rows: rows,
      Columns: columns,
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      BitsAllocated: precision === 8 ? 8 : 16,
      BitsStored: precision,
      HighBit: precision - 1,
      PixelRepresentation: 0,
    };
    const decoded = decodeFrame(coded, format, '1.2.840.10008.1.2.4.70', undefined, codecs);
    if (!decoded.ok) throw new Error(JSON.stringify(decoded));
    expect([...decoded.values]).toEqual([...samples]);
  });

  it('JPEG baseline of a smooth colour picture is read back within its quantisation', async () => {
    const codecs = await nodeCodecs();
    const [columns, rows] = [48, 24];
    const rgb = Uint8Array.from({ length: 3 * rows * columns }, (_, i) => {
      const [pixel, channel] = [Math.floor(i / 3), i % 3];
      return 128 + 90 * Math.sin(((pixel % columns) + 9 * channel) / 14) * Math.cos((Math.floor(pixel / columns) + 3 * channel) / 9);
    });
    const format: PixelFormat = {
      Rows: rows,
      Columns: columns,
      SamplesPerPixel: 3,
      PhotometricInterpretation: 'YBR_FULL_422',
      PlanarConfiguration: 0,
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelRepresentation: 0,
    };
    const decoded = decodeFrame(jpegBaselineEncoder(rows, columns, 4)(rgb), format, '1.2.840.10008.1.2.4.50', undefined, codecs);
    if (!decoded.ok) throw new Error(decoded.reason);
    const worst = Math.max(...rgb.map((value, i) => Math.abs(value - (decoded.values[i] ?? 0))));
    expect(worst).toBeLessThan(12);
  });
});
