import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { build } from 'vite';
import { CONTENT_SECURITY_POLICY } from '../../electron/main/security/page-policy';
import { heldBack } from '../support/electron';
import { type Encoder, encodeFrame, pixelFormat } from '../support/encode-frame';
import type { RenderingHarness } from '../support/rendering-harness/page';

type InPage = { harness: RenderingHarness };

const repository = resolve(import.meta.dirname, '..', '..');
const harnessFolder = resolve(repository, 'test/support/rendering-harness');
let scratch: string;
let app: ElectronApplication;
let page: Page;

test.beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'alternator-rendering-'));
  await build({
    configFile: false,
    root: harnessFolder,
    base: './',
    publicDir: false,
    logLevel: 'warn',
    resolve: { alias: { '@shared': resolve(repository, 'shared') } },
    worker: { format: 'es' },
    build: { outDir: scratch, emptyOutDir: true, target: 'chrome130', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
  const { executable, flags } = JSON.parse(process.env['ALTERNATOR_E2E_RUNTIME'] ?? '{}') as { executable: string; flags: string[] };
  app = await _electron.launch({
    executablePath: await heldBack(scratch, executable, join(scratch, 'stdout')),
    args: [...flags, harnessFolder],
    env: { ...(process.env as Record<string, string>), RENDERING_HARNESS: scratch, RENDERING_POLICY: CONTENT_SECURITY_POLICY },
  });
  page = await app.firstWindow();
  await page.waitForFunction(() => 'harness' in globalThis, undefined, { timeout: 30_000 });
});

test.afterAll(async () => {
  await app.close();
  await rm(scratch, { recursive: true, force: true });
});

test('the start-up test finds an exact texture format on this GPU', async () => {
  const exactness = await page.evaluate(() => (globalThis as unknown as InPage).harness.exactness);
  expect(exactness).toMatchObject({ exact: true });
});

const windows = [
  { name: 'LINEAR 4000', voi: { kind: 'LINEAR', center: 40, width: 4000 } },
  { name: 'LINEAR 400', voi: { kind: 'LINEAR', center: 40.5, width: 400 } },
  { name: 'LINEAR 1', voi: { kind: 'LINEAR', center: 17, width: 1 } },
  { name: 'LINEAR 65536', voi: { kind: 'LINEAR', center: 32_768, width: 65_536 } },
] as const;

for (const format of ['R16', 'R32F', 'R16UI'] as const) {
  test(`every stored value has its double-precision level on the canvas (${format})`, async () => {
    const wrong = await page.evaluate(
      ({ windows, format }) => {
        const { harness } = globalThis as unknown as InPage;
        const found: Record<string, number> = {};
        for (const { name, voi } of windows)
          for (const signed of [false, true])
            for (const rescale of [undefined, { slope: 0.37, intercept: -1024 }])
              for (const inverted of [false, true])
                for (const interpolation of ['nearest', 'linear'] as const) {
                  const grey = { voi, rescale, inverse: false, inverted };
                  const count = harness.countWrong(signed, grey, interpolation, format);
                  if (count > 0)
                    found[`${name} ${signed ? 'signed' : 'unsigned'} ${rescale ? 'slope 0.37' : ''} ${inverted ? 'inverted' : ''} ${interpolation}`] = count;
                }
        return found;
      },
      { windows, format },
    );
    expect(wrong).toEqual({});
  });
}

for (const format of ['R16', 'R32F', 'R16UI'] as const) {
  test(`each branch of the grey chain has its double-precision level for every stored value (${format})`, async () => {
    const { wrong, cases } = await page.evaluate((format) => {
      const { harness } = globalThis as unknown as InPage;
      const found: Record<string, number> = {};
      let cases = 0;
      for (const greyCase of harness.greyCases)
        for (const signed of [false, true])
          for (const inverted of [false, true])
            for (const interpolation of ['nearest', 'linear'] as const) {
              cases++;
              const count = harness.countWrongOf(greyCase, signed, inverted, interpolation, format);
              if (count !== 0) found[`${greyCase} ${signed ? 'signed' : 'unsigned'} ${inverted ? 'inverted' : ''} ${interpolation}`] = count;
            }
      return { wrong: found, cases };
    }, format);
    expect(wrong).toEqual({});
    expect(cases).toBe(88);
  });

  test(`padding does not bleed into what was measured (${format})`, async () => {
    for (const inverted of [false, true]) {
      const found = await page.evaluate(({ format, inverted }) => (globalThis as unknown as InPage).harness.paddingBleeds(format, inverted), {
        format,
        inverted,
      });
      expect(found.between).toBe(0);
      expect(found.measured).toBeGreaterThan(3000);
      expect(found.background).toBeGreaterThan(3000);
    }
  });
}

for (const format of ['R16', 'R32F', 'R16UI'] as const) {
  test(`a plane along the images has the double-precision level of every stored value, axial, sagittal and coronal (${format})`, async () => {
    const { wrong, cases } = await page.evaluate((format) => {
      const { harness } = globalThis as unknown as InPage;
      const found: Record<string, unknown> = {};
      let cases = 0;
      for (const greyCase of ['LINEAR 4000', ...harness.greyCases])
        for (const signed of [false, true]) {
          const counts = harness.reslice.countWrong(greyCase, signed, format);
          cases += Object.keys(counts).length;
          if (Object.values(counts).some((count) => count !== 0)) found[`${greyCase} ${signed ? 'signed' : 'unsigned'}`] = counts;
        }
      return { wrong: found, cases };
    }, format);
    expect(wrong).toEqual({});
    expect(cases).toBe(72);
  });

  test(`a slab shows the largest, smallest or mean stored value along it (${format})`, async () => {
    for (const mode of ['MAX', 'MIN', 'mean'] as const)
      for (const signed of [false, true]) {
        const wrong = await page.evaluate(([mode, signed, format]) => (globalThis as unknown as InPage).harness.reslice.slabWrong(mode, signed, format), [
          mode,
          signed,
          format,
        ] as const);
        expect(wrong, `${mode} ${signed ? 'signed' : 'unsigned'}`).toEqual({ axial: 0, sagittal: 0, coronal: 0 });
      }
  });

  test(`oblique planes and slabs are within one level of a reslice in double precision, padding left out (${format})`, async () => {
    for (const slab of [undefined, { mm: 5, mode: 'MAX' }, { mm: 5, mode: 'MIN' }, { mm: 9, mode: 'mean' }] as const)
      for (const padded of [false, true]) {
        const found = await page.evaluate(([slab, padded, format]) => (globalThis as unknown as InPage).harness.reslice.oblique(25, slab, padded, format), [
          slab,
          padded,
          format,
        ] as const);
        expect(found.inside).toBeGreaterThan(3000);
        // The edge of padding and of the volume may fall to the other side by the last bit of a float32.
        expect(found.wrong / found.checked, JSON.stringify({ slab, padded, found })).toBeLessThan(padded ? 0.002 : 0.0005);
      }
  });

  test(`slices that are not here yet are black, and take no part in what is (${format})`, async () => {
    expect(await page.evaluate((format) => (globalThis as unknown as InPage).harness.reslice.partialWrong(format), format)).toBe(0);
  });
}

test('slices with a rescale each are cut by their modality values: within one level of double precision, hardly ever off at all', async () => {
  for (const greyCase of ['LINEAR_EXACT', 'LINEAR', 'SIGMOID', 'GSDF, INVERSE'])
    for (const padded of [false, true]) {
      const found = await page.evaluate(([greyCase, padded]) => (globalThis as unknown as InPage).harness.reslice.modality(greyCase, padded), [
        greyCase,
        padded,
      ] as const);
      const said = JSON.stringify({ greyCase, padded, found });
      expect(found.wrong, said).toBe(0);
      // Levels that fall on the border of rounding may go to either side by the last bit of a float32.
      expect(found.differ / found.checked, said).toBeLessThan(0.001);
      expect(found.slab.wrong, said).toBe(0);
      expect(found.oblique.inside).toBeGreaterThan(3000);
      expect(found.oblique.wrong / found.oblique.checked, said).toBeLessThan(padded ? 0.002 : 0.0005);
    }
});

for (const format of ['R16', 'R32F', 'R16UI'] as const) {
  test(`a tilted stack is cut where its slices truly lie, and its planes along the images are the images (${format})`, async () => {
    const found = await page.evaluate((format) => (globalThis as unknown as InPage).harness.reslice.tilted(format), format);
    expect(found.slices).toBe(24);
    expect(found.sliceWrong).toBe(0);
    expect(found.inside).toBeGreaterThan(3000);
    expect(found.wrong / found.checked, JSON.stringify(found)).toBeLessThan(0.0005);
  });

  test(`a volume larger than textures may be keeps every second or third voxel, where it was (${format})`, async () => {
    const found = await page.evaluate((format) => (globalThis as unknown as InPage).harness.reslice.reduced(format), format);
    expect(found).toMatchObject({ reduction: [3, 2, 2], keptWrong: 0, betweenWrong: 0 });
    expect(found.checked).toBeGreaterThan(3000);
  });
}

for (const on of ['R16', 'R32F', 'R16UI', 'MODALITY'] as const) {
  test(`under a table that goes up and down planes and slabs mix the levels of voxels, and show none that no voxel has, padding left out (${on})`, async () => {
    for (const slab of [undefined, { mm: 5, mode: 'MAX' }, { mm: 5, mode: 'MIN' }, { mm: 5, mode: 'mean' }] as const)
      for (const padded of on === 'MODALITY' ? [false] : [false, true]) {
        const found = await page.evaluate(([on, slab, padded]) => (globalThis as unknown as InPage).harness.reslice.folded(on, slab, padded), [
          on,
          slab,
          padded,
        ] as const);
        const said = JSON.stringify({ slab, padded, found });
        expect(found.inside, said).toBeGreaterThan(3000);
        expect(found.foreign, said).toBe(0);
        // The edge of padding and of the volume may fall to the other side by the last bit of a float32.
        expect(found.wrong / found.checked, said).toBeLessThan(padded ? 0.002 : 0.0005);
      }
  });
}

test('the first volume tests planes on this GPU, in each format', async () => {
  const found = await page.evaluate(() =>
    (['R16', 'R32F', 'R16UI'] as const).map((format) => (globalThis as unknown as InPage).harness.reslice.selfTest(format)),
  );
  expect(found).toEqual([true, true, true]);
});

test('a volume is empty after a lost context, never stale, and full again once it is given', async () => {
  const { before, empty, after } = await page.evaluate(async () => await (globalThis as unknown as InPage).harness.reslice.loseAndRestore());
  expect(before).toBe(32 * 24);
  expect(empty).toBe(0);
  expect(after).toBe(before);
});

test('each turn and mirror puts every image pixel on exactly one device pixel at 1:1', async () => {
  const misplaced = await page.evaluate(() => {
    const { harness } = globalThis as unknown as InPage;
    return [0, 90, 180, 270].flatMap((rotationDeg) => [false, true].map((mirrored) => harness.countMisplaced({ rotationDeg, mirrored })));
  });
  expect(misplaced).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

test('linear interpolation works on stored values, within one level of double precision', async () => {
  const { checked, wrongByMore } = await page.evaluate(() => (globalThis as unknown as InPage).harness.linearError());
  expect(checked).toBeGreaterThan(10_000);
  expect(wrongByMore).toBe(0);
});

test('under a table that goes up and down no level stands at an edge that neither side has, enlarged or made small, beside padding and shutters too', async () => {
  for (const format of ['R16', 'R32F', 'R16UI'] as const) {
    const found = await page.evaluate((given) => (globalThis as unknown as InPage).harness.folded(given), format);
    expect(found, format).toEqual({ foreign: [0, 0], foreignBesidePadding: [0, 0], foreignBesideCover: [0, 0], wrongByMore: 0 });
  }
});

test('a picture that is made small is the mean of its pixels: none is left out, and padding takes no part', async () => {
  for (const format of ['R16', 'R32F', 'R16UI'] as const) {
    const found = await page.evaluate((given) => (globalThis as unknown as InPage).harness.reduced(given), format);
    expect(found, format).toMatchObject({ wrongByMore: 0, lost: 0, bled: 0, floatsWrong: 0 });
    expect(found.checkLevels.at(0)).toBeGreaterThan(90);
    expect(found.checkLevels.at(-1)).toBeLessThan(165);
  }
});

test('no pixel under a shutter shows beside it, an overlay of one pixel has no gap, and a coloured pixel keeps its colour, however small or large the picture is', async () => {
  for (const format of ['R16', 'R32F', 'R16UI'] as const) {
    for (const side of [440, 130, 37]) {
      const found = await page.evaluate(([given, size]) => (globalThis as unknown as InPage).harness.masks(given, size), [format, side] as const);
      expect(found, `${format}, ${side}`).toEqual({ bled: 0, bledColours: 0, broken: 0, lostColours: 0, foreign: 0 });
    }
  }
});

test('a canvas of one pixel is one pixel, and shows it', async () => {
  expect(await page.evaluate(() => (globalThis as unknown as InPage).harness.onePixel())).toEqual({ canvas: [1, 1], level: 200, native: [1, 1, 200] });
});

test('drawing one of sixteen viewports leaves the other fifteen as they are', async () => {
  const result = await page.evaluate(() => (globalThis as unknown as InPage).harness.disturbance());
  expect(result).toEqual({ drawnIds: ['v5'], othersChanged: 0, itselfChanged: true });
});

test('a lost context is told and the same picture comes back with it', async () => {
  const result = await page.evaluate(async () => await (globalThis as unknown as InPage).harness.loseAndRestore());
  expect(result).toEqual({ states: ['lost', 'ready'], sameAfter: true });
});

test('frames come through real workers into shared memory and onto the canvas, also when the services restart on the way', async () => {
  const result = await page.evaluate(async () => await (globalThis as unknown as InPage).harness.loadByWorkers());
  expect(result).toEqual({ wrong: 0, failed: [] });
});

for (const format of ['R16', 'R32F', 'R16UI'] as const) {
  test(`values of 32 bits and floating point have their double-precision level, pixel by pixel (${format})`, async () => {
    for (const type of ['uint32', 'int32', 'float32', 'float64'] as const) {
      const wrong = await page.evaluate(([type, format]) => (globalThis as unknown as InPage).harness.wideWrong(type, format), [type, format] as const);
      expect(wrong).toEqual({});
    }
  });

  test(`a picture made small is averaged once, and every window over it has the levels of one that is averaged at each draw (${format})`, async () => {
    const found = await page.evaluate((given) => (globalThis as unknown as InPage).harness.keptMeans(given), format);
    expect(found).toEqual({ different: 0, averaged: [1, 1, 2, 3, 4, 4] });
  });
}

test('palette colours are those of the table, its ends for values beside it', async () => {
  expect(await page.evaluate(() => (globalThis as unknown as InPage).harness.paletteWrong())).toBe(0);
});

test('a mask covers whole pixels of grey and colour and goes away without a trace', async () => {
  expect(await page.evaluate(() => (globalThis as unknown as InPage).harness.maskWrong())).toBe(0);
});

test('dithering reaches more than 1,000 levels of luminance on 8 bits, each within 1/64 level, and leaves whole levels alone', async () => {
  const [plain, dithered] = await page.evaluate(() => [false, true].map((dither) => (globalThis as unknown as InPage).harness.dithered(dither)));
  expect(plain?.distinct).toBe(256);
  expect(dithered?.distinct).toBeGreaterThanOrEqual(1000);
  expect(dithered).toMatchObject({ wrong: 0, wholeLevelsChanged: 0 });
});

test('colour is on the canvas as it is in memory, and grey again after it', async () => {
  expect(await page.evaluate(() => (globalThis as unknown as InPage).harness.colourWrong())).toBe(0);
});

const coded: readonly (readonly [Encoder, string])[] = [
  ['Jpeg', '1.2.840.10008.1.2.4.70'],
  ['JpegLs', '1.2.840.10008.1.2.4.80'],
  ['Jpeg2000', '1.2.840.10008.1.2.4.90'],
  ['HtJpeg2000', '1.2.840.10008.1.2.4.201'],
];

for (const [encoder, TransferSyntaxUID] of coded) {
  test(`a lossless ${encoder} frame is decoded exactly in a worker under the page policy, a broken one says why`, async () => {
    const format = pixelFormat();
    const values = Uint16Array.from({ length: 24 * 32 }, (_, index) => (index * index * 7) & 0xffff);
    const encoded = [...(await encodeFrame(encoder, new Uint8Array(values.buffer), format))];
    const decode = async (bytes: readonly number[]): Promise<readonly number[] | string> =>
      await page.evaluate(async (given) => await (globalThis as unknown as InPage).harness.decodeInWorker(...given), [
        bytes,
        format,
        TransferSyntaxUID,
      ] as const);
    expect(await decode(encoded)).toEqual([...values]);
    expect(await decode(encoded.slice(0, 10))).toMatch(new RegExp(`^cannot decode: .*${TransferSyntaxUID.replaceAll('.', '\\.')}\\): the `));
  });
}

test('drawing needs nothing that the page policy forbids', async () => {
  expect(await page.evaluate(() => (globalThis as unknown as InPage).harness.violations)).toEqual([]);
});
