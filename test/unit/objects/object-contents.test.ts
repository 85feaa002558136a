import { InstanceId, StudyUid } from '@shared/domain';
import { objectKind } from '@shared/dicom';
import { describe, expect, it } from 'vitest';
import { createObjectContents } from '../../../electron/services/objects';
import { el, type Element, encapsulated, encodeDataSet, latin1, sampleImage, sq } from '../../support/dicom';
import { cacheOf, cacheOfElements, ONE } from '../../support/object-cache';

const here = { StudyInstanceUID: StudyUid.parse('2.25.11'), instanceId: InstanceId.parse(7) };
const find = (uid: string) => (uid === '2.25.5' ? here : undefined);

const code = (tag: number, value: string, scheme: string, meaning: string) =>
  sq(tag, [[el(0x00080100, 'SH', value), el(0x00080102, 'SH', scheme), el(0x00080104, 'LO', meaning)]]);
const item = (type: string, relationship: string, name: string, ...more: Element[]) => [
  el(0x0040a010, 'CS', relationship),
  el(0x0040a040, 'CS', type),
  code(0x0040a043, '1', '99T', name),
  ...more,
];

const identity = [
  el(0x00080005, 'CS', 'ISO_IR 100'),
  el(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.33'),
  el(0x00080018, 'UI', '2.25.1'),
  el(0x0020000d, 'UI', '2.25.11'),
  el(0x0020000e, 'UI', '2.25.12'),
];

const measured = (value: string, unit: string, meaning: string) => sq(0x0040a300, [[code(0x004008ea, unit, 'UCUM', meaning), el(0x0040a30a, 'DS', value)]]);

function report(...items: (readonly Element[])[]) {
  return [
    ...identity,
    el(0x0040a040, 'CS', 'CONTAINER'),
    code(0x0040a043, '126000', 'DCM', 'Imaging Measurement Report'),
    sq(0x0040a073, [[el(0x0040a027, 'LO', 'Klinik'), el(0x0040a030, 'DT', '20260102'), el(0x0040a075, 'PN', latin1('Mueller^J\u00fcrgen'))]]),
    el(0x0040a491, 'CS', 'COMPLETE'),
    el(0x0040a493, 'CS', 'VERIFIED'),
    sq(0x0040a730, items),
  ];
}

const contentsOf = (elements: readonly Element[]) => createObjectContents(cacheOfElements(elements), find);

describe('a structured report', () => {
  it('is its content items in document order, with names, values, units, codes and references', async () => {
    const finding = item(
      'CONTAINER',
      'CONTAINS',
      'Finding',
      sq(0x0040a730, [
        item('NUM', 'CONTAINS', 'Diameter', measured('12.5', 'mm', 'millimeter')),
        item('CODE', 'HAS CONCEPT MOD', 'Laterality', code(0x0040a168, '7771000', 'SCT', 'Left')),
        item('TEXT', 'CONTAINS', 'Comment', el(0x0040a160, 'UT', latin1('gr\u00f6\u00dfer\r\nals vorher <b>'))),
        item(
          'IMAGE',
          'INFERRED FROM',
          'Source',
          sq(0x00081199, [[el(0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.2'), el(0x00081155, 'UI', '2.25.5'), el(0x00081160, 'IS', [3, 4])]]),
        ),
        item('IMAGE', 'CONTAINS', 'Source', sq(0x00081199, [[el(0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.2'), el(0x00081155, 'UI', '2.25.6')]])),
      ]),
    );
    const read = await contentsOf(report(finding, item('NUM', 'CONTAINS', 'Ratio', measured('0.5', '1', 'no units')), item('NUM', 'CONTAINS', 'Empty'))).report(
      ONE,
    );
    expect(read.title).toBe('Imaging Measurement Report');
    expect(read.facts).toEqual(['complete', 'verified', 'by Mueller^Jürgen, Klinik at 20260102']);
    expect(read.items.map(({ depth, name, value, unit, relationship }) => [depth, relationship, name, value, unit])).toEqual([
      [0, '', 'Finding', '', ''],
      [1, '', 'Diameter', '12.5', 'mm'],
      [1, 'modifier', 'Laterality', 'Left', ''],
      [1, '', 'Comment', 'größer\nals vorher <b>', ''],
      [1, 'inferred from', 'Source', '', ''],
      [1, '', 'Source', '', ''],
      [0, '', 'Ratio', '0.5', ''],
      [0, '', 'Empty', 'no value', ''],
    ]);
    expect(read.items[1]?.valueCode).toBe('UCUM mm');
    expect(read.items[4]?.references).toEqual([{ SOPInstanceUID: '2.25.5', label: 'CT Image', frames: [3, 4], here }]);
    expect(read.items[5]?.references).toEqual([{ SOPInstanceUID: '2.25.6', label: 'CT Image', frames: [] }]);
  });

  it('names a value type that it does not know instead of leaving it out', async () => {
    const read = await contentsOf(report(item('HOLOGRAM', 'CONTAINS', 'New'))).report(ONE);
    expect(read.items[0]?.value).toBe('not read: value type HOLOGRAM');
  });

  it('counts the items beyond what it lists', async () => {
    const read = await contentsOf(
      report(...Array.from({ length: 5003 }, (_, n) => item('TEXT', 'CONTAINS', 'Line', el(0x0040a160, 'UT', `line ${n}`)))),
    ).report(ONE);
    expect([read.items.length, read.more]).toEqual([5000, 3]);
  });
});

const channel = (label: string, sensitivity?: string) => [
  el(0x003a0203, 'SH', label),
  ...(sensitivity === undefined
    ? []
    : [el(0x003a0210, 'DS', sensitivity), code(0x003a0211, 'uV', 'UCUM', 'microvolt'), el(0x003a0212, 'DS', '2'), el(0x003a0213, 'DS', '10')]),
];

function waveform(options: { bytes?: Uint8Array; kind?: string; samples?: number; hz?: string; channels?: number } = {}) {
  const { bytes = new Uint8Array(Int16Array.of(1, -100, 2, -200, -32768, 300).buffer), kind = 'SS', samples = 3, hz = '500', channels = 2 } = options;
  const group = [
    el(0x003a0005, 'US', channels),
    el(0x003a0010, 'UL', samples),
    el(0x003a001a, 'DS', hz),
    el(0x003a0020, 'SH', 'RHYTHM'),
    sq(0x003a0200, [channel('I', '2.5'), channel('raw')]),
    el(0x54001004, 'US', kind === 'SB' ? 8 : 16),
    el(0x54001006, 'CS', kind),
    el(0x5400100a, 'OW', new Uint8Array(0)),
    el(0x54001010, 'OW', bytes),
  ];
  return [...identity, sq(0x54000100, [group])];
}

describe('a waveform', () => {
  it('gives samples in the unit of their channel, and stored numbers where there is none', async () => {
    const contents = contentsOf(waveform());
    const { groups } = await contents.waveform(ONE);
    expect(groups).toMatchObject([
      {
        label: 'RHYTHM',
        samplingHz: 500,
        samples: 3,
        channels: [
          { label: 'I', unit: 'uV' },
          { label: 'raw', unit: '' },
        ],
      },
    ]);
    const [first, second] = await contents.samples(ONE, 0, 0, 100);
    expect([...(first ?? [])]).toEqual([15, 20, -163_830]);
    expect([...(second ?? [])]).toEqual([-100, -200, 300]);
    expect([...((await contents.samples(ONE, 0, 1, 1))[1] ?? [])]).toEqual([-200]);
    expect(await contents.samples(ONE, 0, 9, 5)).toEqual([new Float32Array(0), new Float32Array(0)]);
  });

  it.each([
    [{ kind: 'MB' }, 'samples of kind MB are not drawn'],
    [{ kind: 'SB' }, undefined],
    [{ hz: '0' }, 'no sampling frequency is given'],
    [{ channels: 3 }, '3 channels are announced, 2 are described'],
    [{ samples: 4_000_000 }, '4000000 samples of 2 channels are announced, 12 bytes are there'],
  ])('says why %o cannot be drawn', async (options, problem) => {
    const contents = contentsOf(waveform(options));
    expect((await contents.waveform(ONE)).groups[0]?.problem).toBe(problem);
    if (problem !== undefined) await expect(contents.samples(ONE, 0, 0, 10)).rejects.toThrow(problem);
  });
});

describe('what an object wraps', () => {
  it('is the document without its padding, piece by piece', async () => {
    const pdf = latin1('%PDF-1.4 something');
    const elements = [
      ...identity,
      el(0x00420010, 'ST', 'Letter'),
      el(0x00420011, 'OB', pdf),
      el(0x00420012, 'LO', 'application/pdf'),
      el(0x00420015, 'UL', 17),
    ];
    const contents = contentsOf(elements);
    expect(await contents.part(ONE)).toEqual({ title: 'Letter', mimeType: 'application/pdf', sizeBytes: 17 });
    expect(Buffer.from(await contents.partBytes(ONE, 9, 100)).toString()).toBe('somethin');
    expect(await contents.partBytes(ONE, 99, 5)).toHaveLength(0);
  });

  it('is the stream of a video across its fragments', async () => {
    const image = sampleImage({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.77.1.1.1' }).filter(({ tag }) => tag !== 0x7fe00010);

    const bytes = encodeDataSet([...image, encapsulated([latin1('abcd'), latin1('efgh')])]);
    const contents = createObjectContents(cacheOf(bytes, '1.2.840.10008.1.2.4.102'), find);
    expect((await contents.part(ONE)).sizeBytes).toBe(8);
    expect(Buffer.from(await contents.partBytes(ONE, 2, 4)).toString()).toBe('cdef');
  });

  it('is refused in words when there is none', async () => {
    await expect(contentsOf(identity).part(ONE)).rejects.toThrow('the object holds no document');
  });
});

describe('the kind of an object', () => {
  it.each([
    ['1.2.840.10008.5.1.4.1.1.104.1', 'pdf'],
    ['1.2.840.10008.5.1.4.1.1.104.2', 'stored'],
    ['1.2.840.10008.5.1.4.1.1.104.3', 'model'],
    ['1.2.840.10008.5.1.4.1.1.88.11', 'report'],
    ['1.2.840.10008.5.1.4.1.1.88.67', 'report'],
    ['1.2.840.10008.5.1.4.1.1.88.59', 'keyObjects'],
    ['1.2.840.10008.5.1.4.1.1.9.1.1', 'waveform'],
    ['1.2.840.10008.5.1.4.1.1.9.4.1', 'stored'],
    ['1.2.840.10008.5.1.4.1.1.66.4', 'segmentation'],
    ['1.2.840.10008.5.1.4.1.1.481.3', 'radiotherapy'],
    ['1.2.840.10008.5.1.4.1.1.11.1', 'presentationState'],
    ['2.25.99', 'stored'],
  ])('%s is %s', (uid, kind) => expect(objectKind(uid)).toBe(kind));
});
