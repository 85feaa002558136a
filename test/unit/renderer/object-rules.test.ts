import { DisplaySet } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { ref } from 'vue';
import { channelWords, columnExtremes, rangeOf, roundStep, toMillivolt, waveformWords } from '../../../renderer/features/objects/waveform-scale';
import { filmTime, frameAt, frameSeconds, secondsOfBlindStep, secondsOfStep, steppedRate } from '../../../renderer/features/objects/film-time';
import { pictureSeconds } from '../../../renderer/features/objects/picture-length';
import { playableType } from '../../../renderer/features/objects/video-type';
import { kindOfSet, nameOfSet, railParts } from '../../../renderer/features/viewer/rail-words';
import { createRailQuery, matchesSet } from '../../../renderer/features/viewer/rail-search';
import { seriesOffers } from '../../../renderer/features/viewer/series-offers';
import { NO_TAB } from '../../../renderer/stores';
import { longFilm } from '../../support/e2e/films';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-studies';

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

describe('the field of the rail', () => {
  it('is taken away by one press, and takes none where that would change nothing', () => {
    const count = ref(3);
    const { query, asked, shown, clear } = createRailQuery(() => count.value);
    expect([shown.value, clear()]).toEqual([false, false]);
    asked.value = true;
    expect([shown.value, clear(), shown.value, clear()], 'the field goes').toEqual([true, true, false, false]);
    count.value = 9;
    asked.value = true;
    expect([shown.value, clear(), shown.value], 'it stands there anyway').toEqual([true, false, true]);
    query.value = 't2';
    expect([clear(), query.value, clear()]).toEqual([true, '', false]);
  });
});

describe('the series that the palette finds', () => {
  const [row, older] = [
    { ...fakeRow(1), StudyDate: '20260301' },
    { ...fakeRow(2), StudyDate: '20240301' },
  ];
  const [opened, prior] = [
    { study: row, displaySets: [set, ...fakeSets(row)], series: [], priors: [older], revision: 1 },
    { study: older, displaySets: fakeSets(older), series: [], priors: [], revision: 1 },
  ];
  const tab = { ...NO_TAB, uid: row.StudyInstanceUID, opened, priors: new Map([[older.StudyInstanceUID, prior]]) };

  it('are those of the rail, each with what it is, those of a prior with its date', () => {
    const shown: string[] = [];
    const [first] = seriesOffers(tab, 't2 12', 'de-DE', ({ id }) => shown.push(id));
    expect(first).toMatchObject({ text: '12 T2 TSE sag', group: 'Series' });
    first?.run();
    expect(shown).toEqual(['a']);
    const hints = seriesOffers(tab, '', 'de-DE', () => undefined).map(({ hint }) => hint);
    expect(hints).toHaveLength(1 + opened.displaySets.length - 1 + prior.displaySets.length);
    expect(hints.filter((hint) => hint.startsWith('PRIOR ')).length).toBe(prior.displaySets.length);
    expect(seriesOffers(tab, 'no such series', 'de-DE', () => undefined)).toEqual([]);
    expect([nameOfSet(set), kindOfSet(set)]).toEqual(['12 T2 TSE sag', '0 images']);
  });
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

  it('is said with what no reader may miss apart: that the curves are cut, and that they are not in true size', () => {
    const group = { channels: [{ label: 'I', unit: 'uV', filter: '', skewSeconds: 0 }], samplingHz: 500, samples: 30_000 };
    expect(waveformWords(group, 60)).toEqual({
      about: '1 channels, 500 Hz, 60.0 s · large square = 0.2 s x 0.5 mV, small = 0.04 s x 0.1 mV',
      limits: 'not in true size',
    });
    expect(waveformWords(group, 10).limits).toBe('the first 10 s of 60 s; not in true size');
    const pressure = { ...group, channels: [{ label: 'AO', unit: 'mm[Hg]', filter: '', skewSeconds: 0 }] };
    expect(waveformWords(pressure, 10)).toEqual({ about: '1 channels, 500 Hz, 60.0 s', limits: 'the first 10 s of 60 s; grid of seconds only: no voltage' });
    expect(waveformWords(group, 0).limits, 'not read yet').toBe('not in true size');
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

  it('has a picture as long as its own track says, whatever of it the sound or a broken stream makes', () => {
    expect(pictureSeconds(longFilm())).toBe(1.6);
    for (let length = 0; length < longFilm().length; length += 7) expect([undefined, 1.6]).toContain(pictureSeconds(longFilm().subarray(0, length)));
    const broken = longFilm();
    for (let at = broken.length - 1; at >= 0; at--) {
      broken[at] = 0xff;
      expect(() => pictureSeconds(broken)).not.toThrow();
    }
    expect(pictureSeconds(Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3))).toBeUndefined();
  });
});

it('the search of the rail takes letters with and without their marks', () => {
  const skull = { ...set, SeriesDescription: 'Schädel axial, Groß' };
  expect(['schädel', 'SCHADEL', 'gross axial'].map((query) => matchesSet(skull, query))).toEqual([true, true, true]);
});

describe('films', () => {
  it('count their frames by the Number of Frames where it agrees with the stated time, else by that', () => {
    expect(frameSeconds(8, 200, 40)).toBe(0.04);
    expect(frameSeconds(1001, 30_000, 33)).toBeCloseTo(1001 / 30_000, 9);
    expect(frameSeconds(8, 100, 40)).toBe(0.04);
    expect(frameSeconds(8, 200, undefined)).toBe(0.04);
    expect(frameSeconds(8, 1, undefined)).toBeUndefined();
    expect(frameSeconds(Infinity, 200, undefined)).toBeUndefined();
  });

  it('are stepped frame by frame, to their ends and not beyond', () => {
    const frame = 1001 / 30_000;
    let at = 0;
    for (let number = 1; number < 300; number++) {
      at = secondsOfStep(at, 1, frame, 20);
      expect(frameAt(at, frame)).toBe(number);
      // What Chromium says of the frame that it shows is where it begins.
      at = number * frame;
    }
    expect(frameAt(secondsOfStep(3 * 0.04, -1, 0.04, 8), 0.04)).toBe(2);
    expect(secondsOfStep(0, -1, 0.04, 8)).toBe(0.02);
    expect(frameAt(secondsOfStep(0, Infinity, 0.04, 8), 0.04)).toBe(199);
    expect(frameAt(secondsOfStep(5, -Infinity, 0.04, 8), 0.04)).toBe(0);
  });

  it('without a stated rate go on from the very second, so that no frame holds them', () => {
    for (const frame of [0.1, 1 / 30]) {
      let second = 0;
      const seen = new Set([0]);
      for (let step = 0; step < 30; step++) {
        second = secondsOfBlindStep(second, 1, 2);
        seen.add(Math.floor(second / frame));
      }
      expect(seen.size).toBeGreaterThan(11);
    }
    expect([secondsOfBlindStep(1, -Infinity, 2), secondsOfBlindStep(1, Infinity, 2), secondsOfBlindStep(1, 0, 2)]).toEqual([0, 2, 1]);
  });

  it('go faster and slower by the steps of a list, and say minutes, seconds and hundredths', () => {
    expect([steppedRate(1, 1), steppedRate(1, -1), steppedRate(4, 1), steppedRate(0.1, -1)]).toEqual([1.5, 0.5, 4, 0.1]);
    expect([filmTime(0), filmTime(3.24), filmTime(59.999), filmTime(600)]).toEqual(['0:00.00', '0:03.24', '1:00.00', '10:00.00']);
  });
});
