import { describe, expect, it } from 'vitest';
import { createHeaderViews } from '../../../electron/services/objects';
import { concatBytes, el, encapsulated, encodeDataSet, latin1, sampleImage, sq } from '../../support/dicom';
import { ASIDE, cacheOf, cacheOfElements, ONE } from '../../support/object-cache';
import { seededRandom, testSeed } from '../../support/seed';

const all = { allOpen: true, toggled: [] as number[], query: '', offset: 0, limit: 500 };
const nested = sq(0x00081140, [
  [el(0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.2'), el(0x00081155, 'UI', '2.25.5')],
  [el(0x00081155, 'UI', '2.25.6'), sq(0x0040a170, [[el(0x00080100, 'SH', '121311')]])],
]);

async function lines(cache: ReturnType<typeof cacheOf>, request: Partial<typeof all> & { object?: typeof ONE | typeof ASIDE } = {}) {
  const page = await createHeaderViews(cache).page({ object: ONE, ...all, ...request });
  return {
    ...page,
    text: page.rows.map(({ depth, tag, name, vr, value }) => `${'.'.repeat(depth)}${[tag, vr, name, value].filter((part) => part !== '').join(' ')}`),
  };
}

describe('the header view', () => {
  it.each(['explicitLE', 'implicitLE', 'explicitBE'] as const)('lists names, VRs and values of %s as a tree', async (encoding) => {
    const page = await lines(cacheOfElements(sampleImage({ extra: [nested] }), encoding));
    expect(page.text).toContain('0008,0060 CS Modality CT');
    expect(page.text).toContain('0028,0010 US Rows 4');
    expect(page.text).toContain('0008,0016 UI SOP Class UID 1.2.840.10008.5.1.4.1.1.2 (CT Image)');
    const from = page.text.findIndex((line) => line.startsWith('0008,1140'));
    expect(page.text.slice(from, from + 8)).toEqual([
      '0008,1140 SQ Referenced Image Sequence',
      '.Item 1',
      '..0008,1150 UI Referenced SOP Class UID 1.2.840.10008.5.1.4.1.1.2 (CT Image)',
      '..0008,1155 UI Referenced SOP Instance UID 2.25.5',
      '.Item 2',
      '..0008,1155 UI Referenced SOP Instance UID 2.25.6',
      '..0040,A170 SQ Purpose of Reference Code Sequence',
      '...Item 1',
    ]);
    expect(page.problem).toBeUndefined();
  });

  it('lists the top level first; sequences open one by one', async () => {
    const cache = cacheOfElements(sampleImage({ extra: [nested] }));
    const closed = await lines(cache, { allOpen: false });
    const sequence = closed.rows.find(({ name }) => name === 'Referenced Image Sequence');
    expect(closed.rows.every(({ depth }) => depth === 0)).toBe(true);
    expect(sequence).toMatchObject({ count: 2, open: false });
    const opened = await lines(cache, { allOpen: false, toggled: [sequence?.row ?? -1] });
    expect(opened.total).toBe(closed.total + 2);
  });

  it('gives pages that together are the whole', async () => {
    const views = createHeaderViews(cacheOfElements(sampleImage({ extra: [nested] })));
    const whole = await views.page({ object: ONE, ...all });
    const parts = [];
    for (let offset = 0; offset < whole.total; offset += 7) parts.push(...(await views.page({ object: ONE, ...all, offset, limit: 7 })).rows);
    expect(parts).toEqual(whole.rows);
  });

  it('finds by name, keyword, tag and value, with what the match stands in', async () => {
    const cache = cacheOfElements(sampleImage({ extra: [nested] }));
    for (const [query, found] of [
      ['referenced sop instance', '0008,1155'],
      ['PatientName', '0010,0010'],
      ['(0028,0010)', '0028,0010'],
      ['00280010', '0028,0010'],
      ['doe^ja', '0010,0010'],
      ['121311', '0008,0100'],
    ] as const) {
      const page = await lines(cache, { query, allOpen: false });
      expect(
        page.rows.filter(({ match }) => match === true).map(({ tag }) => tag),
        query,
      ).toContain(found);
      for (const { row, depth } of page.rows)
        if (depth > 0)
          expect(
            page.rows.some((other) => other.row < row && other.depth === depth - 1),
            query,
          ).toBe(true);
    }
    expect((await lines(cache, { query: 'no such thing' })).rows).toEqual([]);
  });

  it('reads text by the character set of the item it stands in, and names private creators', async () => {
    const page = await lines(
      cacheOfElements([
        el(0x00080005, 'CS', 'ISO_IR 100'),
        el(0x00090010, 'LO', 'ACME 1.1'),
        el(0x00091001, 'LO', latin1('caf\u00e9')),
        el(0x00091102, 'LO', 'nobody'),
        sq(0x00081140, [[el(0x00080005, 'CS', 'ISO_IR 192'), el(0x00081030, 'LO', new TextEncoder().encode('é日本'))]]),
      ]),
      { object: ASIDE },
    );
    expect(page.text).toContain('0009,0010 LO Private creator ACME 1.1');
    expect(page.text).toContain('0009,1001 LO private: ACME 1.1 café');
    expect(page.text).toContain('0009,1102 LO private, no creator named nobody');
    expect(page.text.some((line) => line.endsWith('Study Description é日本'))).toBe(true);
  });

  it('finds all elements of a private creator by its name', async () => {
    const cache = cacheOfElements(sampleImage({ extra: [el(0x00090010, 'LO', 'ACME 1.1'), el(0x00091001, 'LO', 'one'), el(0x00091102, 'LO', 'nobody')] }));
    const page = await lines(cache, { query: 'acme' });
    expect(page.rows.map(({ tag }) => tag)).toEqual(['0009,0010', '0009,1001']);
  });

  it('gives plain text whatever a value holds', async () => {
    const hostile = '<img src=x onerror=alert(1)>\u0000\u001b[31m';
    const { rows } = await lines(cacheOfElements([el(0x00081030, 'LO', hostile)]), { object: ASIDE });
    expect(rows[0]?.value).toBe('<img src=x onerror=alert(1)> \ufffd[31m');
  });

  it('says how long binary values are, and reads no long one', async () => {
    const cache = cacheOfElements(sampleImage({ pixels: new Uint8Array(4_000_000), Rows: 1000, Columns: 2000 }));
    const { rows } = await lines(cache);
    expect(rows.at(-1)).toMatchObject({ tag: '7FE0,0010', length: 4_000_000, value: '4,000,000 bytes', cut: true });
    expect(cache.reads.reduce((sum, length) => sum + length, 0)).toBeLessThan(200_000);
  });

  it('names what is retired once, also where the keyword says so, and says of no empty value how long it is', async () => {
    const page = await lines(
      cacheOfElements([
        el(0x00080040, 'US', new Uint8Array(2)),
        el(0x00080050, 'SH', ''),
        el(0x00189096, 'FD', new Uint8Array(8)),
        el(0x00402006, 'SH', 'P1'),
        el(0x00420011, 'OB', new Uint8Array(0)),
      ]),
      { object: ASIDE },
    );
    expect(page.rows.map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'Data Set Type (retired): 0',
      'Accession Number: ',
      'Parallel Reduction Factor In-plane (retired): 0',
      'Placer Order Number / Imaging Service Request (retired): P1',
      'Encapsulated Document: ',
    ]);
  });

  it('lists encapsulated pixel data without walking its fragments', async () => {
    const elements = sampleImage().filter((element) => element.tag !== 0x7fe00010);
    const { rows } = await lines(cacheOfElements([...elements, encapsulated([new Uint8Array(500_000), new Uint8Array(500_000)])]));
    expect(rows.at(-1)).toMatchObject({ tag: '7FE0,0010', kind: 'fragments', length: -1 });
  });

  it('shows a damaged object up to the damage, with the reason', async () => {
    const good = encodeDataSet(sampleImage({ extra: [nested] }));
    const cut = good.subarray(0, good.length - 30);
    const page = await lines(cacheOf(cut), { object: ASIDE });
    expect(page.text).toContain("0010,0010 PN Patient's Name Doe^Jane");
    expect(page.problem).toMatch(/^Reading ended at byte [\d,]+: \(7FE0,0010\) has a length of 48 bytes, 18 are there\.$/);
    const wrong = concatBytes([good.subarray(0, 200), new Uint8Array(40).fill(0x21), good.subarray(240)]);
    expect((await lines(cacheOf(wrong), { object: ASIDE })).problem).toContain('Reading ended at byte');
  });

  it('copies one value whole, one line, or everything within the clipboard, and says when it is cut', async () => {
    const long = 'word '.repeat(2000).trim();
    const views = createHeaderViews(cacheOfElements([el(0x00080060, 'CS', 'SR'), el(0x0040a160, 'UT', long)]));
    expect(await views.text({ object: ASIDE, what: 'value', row: 1 })).toEqual({ text: long, cut: false });
    expect(await views.text({ object: ASIDE, what: 'line', row: 0 })).toEqual({ text: '(0008,0060) CS Modality\tSR', cut: false });
    const many = createHeaderViews(cacheOfElements(Array.from({ length: 5000 }, (_, n) => el(0x00200000 + n, 'LO', `value number ${n}`))));
    const text = await many.text({ object: ASIDE, what: 'all', row: 0 });
    expect(text.cut).toBe(true);
    expect(text.text.length).toBeLessThanOrEqual(100_000);
    expect(text.text).toMatch(/\(cut here: \d+ more lines\)/);
    await expect(views.text({ object: ASIDE, what: 'line', row: 99 })).rejects.toThrow('no such line');
  });

  it('ends in a page for bytes of any kind, deep or wide', async () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const good = encodeDataSet(sampleImage({ extra: [nested] }));
    for (let round = 0; round < 400; round++) {
      const bytes = Uint8Array.from(good);
      for (let n = 0; n <= round % 6; n++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const syntax = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2', '1.2.840.10008.1.2.2'][round % 3];
      const page = await lines(cacheOf(bytes, syntax), { object: ASIDE });
      expect(page.total, `seed ${seed}`).toBeLessThan(500);
    }
    const deep = concatBytes(
      Array.from({ length: 3000 }, () => Uint8Array.of(0x08, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 255, 255, 255, 255, 254, 255, 0, 0xe0, 255, 255, 255, 255)),
    );
    expect((await lines(cacheOf(deep), { object: ASIDE })).problem).toContain('nested deeper than 64');
  });
});
