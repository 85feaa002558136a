import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { levelFunction, outputLevel, type Voi } from '../../shared/grayscale';
import { el, type Element, encodeDataSet, encodePart10, sampleImage } from '../support/dicom';
import { encodeFrame, pixelFormat } from '../support/encode-frame';
import { compareOnGlass, type Expected } from '../support/e2e/glass';
import { imageNumberOf, viewer } from '../support/e2e/screens';
import { expect, test } from '../support/e2e/workstation';

const [ROWS, COLUMNS] = [120, 160];
const COUNT = ROWS * COLUMNS;
const EXPLICIT = '1.2.840.10008.1.2.1';

/** A pattern that neither repeats nor is noise, over the whole range of its bits. */
function pattern(bits: number, signed: boolean, seed: number): number[] {
  const range = 2 ** bits;
  return Array.from({ length: COUNT }, (_, at) => {
    const [x, y] = [at % COLUMNS, Math.floor(at / COLUMNS)];
    const share = ((x * 131 + y * 71 + ((x * y) % 61) * 97 + seed * 613) % 4096) / 4096;
    return Math.floor(share * range) - (signed ? range / 2 : 0);
  });
}

const grey = (values: readonly number[], voi: Voi, inverse = false): Uint8Array => {
  const levelOf = levelFunction({ voi, inverse, inverted: false, signed: false });
  return Uint8Array.from({ length: values.length * 3 }, (_, at) => outputLevel(levelOf(values[Math.floor(at / 3)] ?? 0)));
};

interface Form {
  readonly name: string;
  readonly elements: readonly Element[];
  readonly TransferSyntaxUID?: string;
  readonly rgb: Uint8Array;
}

const bytesOf = (values: readonly number[], bits: number): Uint8Array =>
  bits <= 8 ? Uint8Array.from(values) : bits <= 16 ? new Uint8Array(Int16Array.from(values).buffer) : new Uint8Array(Uint32Array.from(values).buffer);

/** Grey of so many bits under a window that spans its range. */
function greyForm(name: string, bits: number, signed: boolean, more: { readonly inverse?: boolean } = {}): Form {
  const values = pattern(bits, signed, name.length);
  const allocated = bits <= 8 ? 8 : bits <= 16 ? 16 : 32;
  const [center, width] = [signed ? 0 : 2 ** (bits - 1), 2 ** bits];
  return {
    name,
    rgb: grey(values, { kind: 'LINEAR', center, width }, more.inverse),
    elements: [
      el(0x00280004, 'CS', more.inverse === true ? 'MONOCHROME1' : 'MONOCHROME2'),
      ...[el(0x00280100, 'US', allocated), el(0x00280101, 'US', bits), el(0x00280102, 'US', bits - 1), el(0x00280103, 'US', signed ? 1 : 0)],
      ...[el(0x00281050, 'DS', center), el(0x00281051, 'DS', width), el(0x00281052, 'DS', 0)],
      el(0x7fe00010, allocated > 8 ? 'OW' : 'OB', bytesOf(values, bits)),
    ],
  };
}

async function codedForm(name: string, encoder: 'JpegLs' | 'Jpeg2000', TransferSyntaxUID: string, bits: number, signed: boolean): Promise<Form> {
  const plain = greyForm(name, bits, signed);
  const format = pixelFormat({ Rows: ROWS, Columns: COLUMNS, BitsStored: bits, PixelRepresentation: signed ? 1 : 0 });
  const frame = await encodeFrame(encoder, bytesOf(pattern(bits, signed, name.length), bits), format);
  const pixels = sampleImage({ fragments: [frame] }).find(({ tag }) => tag === 0x7fe00010);
  return { ...plain, TransferSyntaxUID, elements: [...plain.elements.filter(({ tag }) => tag !== 0x7fe00010), ...(pixels === undefined ? [] : [pixels])] };
}

function colourForm(name: string, planar: 0 | 1): Form {
  const rgb = Uint8Array.from({ length: COUNT * 3 }, (_, at) => (at * 37 + Math.floor(at / 480) * 11 + (at % 3) * 90) & 255);
  const planes = Uint8Array.from({ length: COUNT * 3 }, (_, at) => rgb[(at % COUNT) * 3 + Math.floor(at / COUNT)] ?? 0);
  const elements = [
    ...[el(0x00280002, 'US', 3), el(0x00280004, 'CS', 'RGB'), el(0x00280006, 'US', planar)],
    ...[el(0x00280100, 'US', 8), el(0x00280101, 'US', 8), el(0x00280102, 'US', 7), el(0x7fe00010, 'OB', planar === 1 ? planes : rgb)],
  ];
  return { name, elements, rgb };
}

function paletteForm(name: string): Form {
  const indices = pattern(8, false, 3);
  const table = (channel: number): number[] => Array.from({ length: 256 }, (_, at) => ((at * (channel + 3) * 7) & 255) * 257);
  const tables = [0, 1, 2].map(table);
  return {
    name,
    rgb: Uint8Array.from({ length: COUNT * 3 }, (_, at) => (tables[at % 3]?.[indices[Math.floor(at / 3)] ?? 0] ?? 0) >> 8),
    elements: [
      ...[el(0x00280004, 'CS', 'PALETTE COLOR'), el(0x00280100, 'US', 8), el(0x00280101, 'US', 8), el(0x00280102, 'US', 7)],
      ...tables.flatMap((values, channel) => [el(0x00281101 + channel, 'US', [256, 0, 16]), el(0x00281201 + channel, 'OW', values)]),
      el(0x7fe00010, 'OB', Uint8Array.from(indices)),
    ],
  };
}

/** Pixels of 1 bit, without a window: black and white. */
function bitForm(name: string): Form {
  const bits = pattern(1, false, 5);
  const packed = new Uint8Array(COUNT / 8);
  bits.forEach((bit, at) => (packed[at >> 3] = (packed[at >> 3] ?? 0) | (bit << (at & 7))));
  const elements = [el(0x00280100, 'US', 1), el(0x00280101, 'US', 1), el(0x00280102, 'US', 0), el(0x7fe00010, 'OB', packed)];
  return { name, elements, rgb: Uint8Array.from({ length: COUNT * 3 }, (_, at) => (bits[Math.floor(at / 3)] ?? 0) * 255) };
}

function floatForm(name: string): Form {
  const values = Float32Array.from(pattern(12, true, 7), (value) => value / 700);
  return {
    name,
    rgb: grey([...values], { kind: 'LINEAR_EXACT', center: 0.25, width: 5 }),
    elements: [
      ...[el(0x00280100, 'US', 32), el(0x00281050, 'DS', '0.25'), el(0x00281051, 'DS', '5'), el(0x00281056, 'CS', 'LINEAR_EXACT')],
      ...[el(0x00281052, 'DS', 0), el(0x7fe00008, 'OF', new Uint8Array(values.buffer))],
    ],
  };
}

/** What the sample says and this form does not. */
function bare(form: Form, elements: readonly Element[]): Element[] {
  const has = (tag: number): boolean => form.elements.some((element) => element.tag === tag);
  const gone = new Set([
    ...(has(0x00281050) ? [0x00281054] : [0x00281050, 0x00281051, 0x00281052, 0x00281053, 0x00281054]),
    ...(has(0x7fe00010) ? [] : [0x00280101, 0x00280102, 0x00280103, 0x7fe00010]),
  ]);
  return elements.filter(({ tag }) => !gone.has(tag));
}

async function writeForm(folder: string, form: Form, number: number): Promise<void> {
  const [SOPInstanceUID, TransferSyntaxUID] = [`2.25.88.${number}`, form.TransferSyntaxUID ?? EXPLICIT];
  const own = [el(0x0008103e, 'LO', form.name), el(0x00200011, 'IS', number), el(0x00280030, 'DS', [1, 1])];
  const sample = sampleImage({ Rows: ROWS, Columns: COLUMNS, SOPInstanceUID, SeriesInstanceUID: `2.25.880.${number}`, extra: [...own, ...form.elements] });
  const ids = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID, TransferSyntaxUID };
  await writeFile(join(folder, `${number}.dcm`), encodePart10(ids, encodeDataSet(bare(form, sample))));
}

test('every form of pixels stands on the glass as its double-precision levels or its colours, pixel by pixel', async ({ bench }) => {
  test.setTimeout(240_000);
  const forms: Form[] = [
    greyForm('F01 grey 8', 8, false),
    greyForm('F02 grey 8 signed', 8, true),
    greyForm('F03 grey 12', 12, false),
    greyForm('F04 grey 12 signed', 12, true),
    greyForm('F05 grey 16', 16, false),
    greyForm('F06 grey 16 signed', 16, true),
    greyForm('F07 MONOCHROME1', 12, false, { inverse: true }),
    greyForm('F08 grey 32', 32, false),
    floatForm('F09 float'),
    bitForm('F10 one bit'),
    colourForm('F11 RGB by pixel', 0),
    colourForm('F12 RGB by plane', 1),
    paletteForm('F13 palette'),
    await codedForm('F14 JPEG-LS', 'JpegLs', '1.2.840.10008.1.2.4.80', 12, true),
    await codedForm('F15 JPEG 2000', 'Jpeg2000', '1.2.840.10008.1.2.4.90', 16, false),
  ];
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  for (const [at, form] of forms.entries()) await writeForm(folder, form, at + 1);
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await expect(viewer.rail(page)).toHaveCount(forms.length, { timeout: 30_000 });
  for (const { name, rgb } of forms) {
    await viewer
      .rail(page)
      .filter({ hasText: name.slice(0, 3) })
      .click();
    await expect(cell).toContainText(name);
    await expect(cell).toHaveAttribute('data-shows', 'true');
    await page.keyboard.press('Shift+F');
    const expected: Expected = { columns: COLUMNS, rows: ROWS, rgb };
    await expect.poll(() => compareOnGlass(page, cell, expected), { message: name, timeout: 20_000 }).toBe('0 pixels differ');
  }
  await page.screenshot({ path: test.info().outputPath('forms.png') });
});

test('a frame that cannot be decoded names its syntax and the reason, the frame beside it is shown', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  const form = greyForm('F01 damaged', 12, false);
  const values = pattern(12, false, form.name.length);
  const whole = await encodeFrame('JpegLs', bytesOf(values, 12), pixelFormat({ Rows: ROWS, Columns: COLUMNS, BitsStored: 12 }));
  const pixels = sampleImage({ fragments: [whole, whole.subarray(0, whole.length >> 1)] }).filter(({ tag }) => tag === 0x7fe00010);
  const elements = [...form.elements.filter(({ tag }) => tag !== 0x7fe00010), el(0x00280008, 'IS', 2), ...pixels];
  await writeForm(folder, { ...form, elements, TransferSyntaxUID: '1.2.840.10008.1.2.4.80' }, 1);
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  const cell = viewer.active(page);
  await expect(cell).toContainText('Im ', { timeout: 30_000 });
  await cell.focus();
  await page.keyboard.press('End');
  await expect(page.getByTestId('viewport-notice')).toContainText('Nothing is lost', { timeout: 30_000 });
  await expect(viewer.states(cell)).toContainText('cannot decode: JPEG-LS Lossless Image Compression (1.2.840.10008.1.2.4.80): the codestream is cut short');
  await page.screenshot({ path: test.info().outputPath('damaged.png') });
  await page.keyboard.press('Home');
  await expect(cell).toHaveAttribute('data-shows', 'true');
  await page.keyboard.press('Shift+F');
  await expect.poll(() => compareOnGlass(page, cell, { columns: COLUMNS, rows: ROWS, rgb: form.rgb }), { timeout: 20_000 }).toBe('0 pixels differ');
});

/** The built program with a decoder that never comes back from one frame: an endless loop where its decoding starts. */
async function programThatHangs(folder: string, frameIndex: number): Promise<string> {
  const repository = resolve(import.meta.dirname, '..', '..');
  await cp(join(repository, 'dist'), join(folder, 'dist'), { recursive: true });
  await cp(join(repository, 'package.json'), join(folder, 'package.json'));
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  const assets = join(folder, 'dist', 'renderer', 'assets');
  const [script] = (await readdir(assets)).filter((name) => /^decode\.worker-.*\.js$/.test(name));
  if (script === undefined) throw new Error('the decode worker has another name');
  const fault = `{
    const wanted = new Map();
    addEventListener('message', ({ data }) => data.kind === 'load' && wanted.set(data.job, data.frame.frameIndex));
    const say = globalThis.postMessage.bind(globalThis);
    globalThis.postMessage = (message) => {
      say(message);
      if (message.kind === 'decoding' && wanted.get(message.job) === ${frameIndex}) for (;;);
    };
  }\n`;
  const path = join(assets, script);
  await writeFile(path, fault + (await readFile(path, 'utf8')));
  return folder;
}

test('a decoder that hangs is replaced: its frame says so, all others are on the glass', async ({ bench }) => {
  test.setTimeout(180_000);
  const [hanging, frames] = [3, 6];
  const values = Array.from({ length: frames }, (_, at) => pattern(12, false, at));
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  // A codec is at work: what is not compressed is never waited for.
  const format = pixelFormat({ Rows: ROWS, Columns: COLUMNS, BitsStored: 12 });
  const fragments = await Promise.all(values.map((frame) => encodeFrame('JpegLs', bytesOf(frame, 12), format)));
  const window = [el(0x00281050, 'DS', 2048), el(0x00281051, 'DS', 4096), el(0x00281052, 'DS', 0), el(0x00280030, 'DS', [1, 1])];
  const SOPClassUID = '1.2.840.10008.5.1.4.1.1.12.1';
  const sample = sampleImage({ SOPClassUID, Modality: 'XA', Rows: ROWS, Columns: COLUMNS, NumberOfFrames: frames, fragments, extra: window });
  await writeFile(
    join(folder, 'run.dcm'),
    encodePart10({ SOPClassUID, SOPInstanceUID: '2.25.1001', TransferSyntaxUID: '1.2.840.10008.1.2.4.80' }, encodeDataSet(sample)),
  );
  const program = await programThatHangs(await bench.folder(), hanging);
  const { page } = await bench.start({ args: ['--no-demo', folder], program, mayComplain: /a decode worker was replaced/ });
  const cell = viewer.active(page);
  await expect(cell).toContainText('Im ', { timeout: 30_000 });
  await cell.focus();
  await page.keyboard.press('Shift+F');
  await page.keyboard.press('Home');
  for (let frame = 0; frame < frames; frame++) {
    await expect.poll(async () => (await imageNumberOf(cell))[0], { timeout: 30_000 }).toBe(frame + 1);
    if (frame === hanging) {
      await expect(page.getByTestId('viewport-notice')).toContainText('This image cannot be shown here.', { timeout: 60_000 });
      await expect(viewer.states(cell)).toContainText('this frame was not decoded within 15 s');
      await expect(cell).toHaveAttribute('data-shows', 'false');
      await page.screenshot({ path: test.info().outputPath('hanging.png') });
    } else {
      const rgb = grey(values[frame] ?? [], { kind: 'LINEAR', center: 2048, width: 4096 });
      await expect
        .poll(() => compareOnGlass(page, cell, { columns: COLUMNS, rows: ROWS, rgb }), { message: `frame ${frame + 1}`, timeout: 60_000 })
        .toBe('0 pixels differ');
    }
    await page.keyboard.press('ArrowDown');
  }
});

test('images of another patient in a study stand under that name, with a banner where both are seen', async ({ bench }) => {
  const folder = join(await bench.folder(), 'files');
  await mkdir(folder);
  const own = greyForm('F01 hers', 12, false);
  const stray = greyForm('F02 his', 12, false);
  await writeForm(folder, own, 1);
  await writeForm(folder, { ...stray, elements: [...stray.elements, el(0x00100010, 'PN', 'Roe^Richard'), el(0x00100020, 'LO', 'P2')] }, 2);
  const { page } = await bench.start({ args: ['--no-demo', folder] });
  await expect(viewer.rail(page)).toHaveCount(2, { timeout: 30_000 });
  await viewer.active(page).focus();
  await page.keyboard.press('g');
  await page.getByTestId('menu-layout.1x2').click();
  const [left, right] = [0, 1].map((number) => page.locator(`[data-viewport][data-number="${number}"]`));
  if (left === undefined || right === undefined) throw new Error('no viewports');
  await viewer.rail(page).filter({ hasText: 'hers' }).dragTo(left);
  await viewer.rail(page).filter({ hasText: 'his' }).dragTo(right);
  await expect(left.getByTestId('corner-topLeft')).toContainText('Doe, Jane');
  await expect(right.getByTestId('corner-topLeft')).toContainText('Roe, Richard');
  await expect(right.getByTestId('corner-topLeft')).toContainText('ID P2');
  await expect(left.getByTestId('patient-mismatch')).toContainText('2 PATIENTS. Here: Doe, Jane, P1');
  await expect(right.getByTestId('patient-mismatch')).toContainText('2 PATIENTS. Here: Roe, Richard, P2');
  await page.screenshot({ path: test.info().outputPath('patients.png') });
});
