import { DisplaySet } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { channelWords, columnExtremes, rangeOf, roundStep, toMillivolt } from '../../../renderer/features/objects/waveform-scale';
import { playableType } from '../../../renderer/features/objects/video-type';
import { railParts } from '../../../renderer/features/viewer/rail-words';
import { matchesSet } from '../../../renderer/features/viewer/rail-search';

const set = DisplaySet.parse({
  id: 'a',
  StudyInstanceUID: '2.25.1',
  SeriesInstanceUID: '2.25.2',
  kind: 'image',
  Modality: 'MR',
  SeriesNumber: '12',
  SeriesDescription: 'T2 TSE sag',
  BodyPartExamined: 'LSPINE',
  ProtocolName: 'Spine routine',
  splitReason: 'echo 2',
  label: '',
  frames: [],
  notes: [],
});

describe('the search of the rail', () => {
  it.each(['', 't2', 'SAG tse', 'lspine', 'routine', '12', 'echo mr'])('finds by %j', (query) => expect(matchesSet(set, query)).toBe(true));
  it.each(['1', 't1', 't2 cor', '2.25'])('does not find by %j', (query) => expect(matchesSet(set, query)).toBe(false));
});

describe('what the rail says of a series', () => {
  it('keeps the figure of each part apart from its words, so that long ones are cut before it', () => {
    expect(railParts(['5.0 mm', 'localiser'])).toEqual([
      { words: '5.0 mm,', figure: '' },
      { words: 'localiser', figure: '' },
    ]);
    expect(railParts(['Cardiac Cycle Position of a Vendor 12', 'b 1000 s/mm²'])).toEqual([
      { words: 'Cardiac Cycle Position of a Vendor', figure: '12,' },
      { words: 'b', figure: '1000 s/mm²' },
    ]);
  });
});

describe('the scale of a waveform', () => {
  it('keeps every spike of the samples under a column', () => {
    const values = Float32Array.from({ length: 1000 }, (_, at) => (at === 503 ? 9 : at === 504 ? -9 : 0));
    const { low, high } = columnExtremes(values, 0, 100, 12);
    expect([high[5], low[5]]).toEqual([9, -9]);
    expect([high[0], low[0]]).toEqual([0, 0]);
    expect(high[11]).toBeNaN();
  });

  it('draws one sample over several columns when zoomed in, and leaves gaps where there is none', () => {
    const { low, high } = columnExtremes(Float32Array.of(1, Number.NaN, Number.NaN, Number.NaN, 5), 0, 0.5, 10);
    expect(low[0]).toBe(1);
    expect(high[4]).toBeNaN();
    expect(high[8]).toBe(5);
  });

  it('knows voltages and nothing else', () => {
    expect([toMillivolt('uV'), toMillivolt('mV'), toMillivolt('V'), toMillivolt('mm[Hg]'), toMillivolt('')]).toEqual([0.001, 1, 1000, undefined, undefined]);
  });

  it('says of a channel what the grid does not: a unit that is none of voltage, with its range, and the filter', () => {
    const values = Float32Array.of(-2, 40);
    expect(channelWords({ unit: 'uV', filter: '0.05 to 150 Hz' }, values)).toBe('0.05 to 150 Hz');
    expect(channelWords({ unit: 'mm[Hg]', filter: '' }, values)).toBe('mm[Hg], -2.00 to 40.0');
    expect(channelWords({ unit: '', filter: '' }, values)).toBe('stored numbers, no unit given');
  });

  it('has round steps and a range whatever the values', () => {
    expect([roundStep(8), roundStep(0.9), roundStep(0)]).toEqual([2, 0.2, 1]);
    expect(rangeOf(Float32Array.of(Number.NaN, 3, -2))).toEqual([-2, 3]);
    expect(rangeOf(Float32Array.of(Number.NaN))).toEqual([0, 1]);
  });
});

describe('a film', () => {
  it('is offered to be played only where its container is one that is played', () => {
    expect(playableType(Uint8Array.of(0, 0, 0, 32, 0x66, 0x74, 0x79, 0x70, 1))).toBe('video/mp4');
    expect(playableType(Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3))).toBe('video/webm');
    expect(playableType(Uint8Array.of(0, 0, 1, 0xba))).toBeUndefined();
    expect(playableType(new Uint8Array(0))).toBeUndefined();
  });
});
