import { describe, expect, it } from 'vitest';
import { forecastOf, forecastWords, waitText } from '../../../renderer/features/archives/forecast';

const START = Date.parse('2026-11-01T23:00:00Z');
const days = (...used: number[]) => used.map((diskUsed, n) => ({ at: new Date(START + n * 86_400_000).toISOString(), diskUsed }));

describe('when the quota is reached', () => {
  it('goes by the line through the days that are known, and names them', () => {
    const found = forecastOf(days(0.5, 0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57), 0.85);
    expect(found).toEqual({ kind: 'in', inDays: 28, days: 8 });
    expect(forecastWords(found)).toBe('quota reached in about 28 days, by the last 8 days');
  });

  it('is not known before a week is', () => {
    const found = forecastOf(days(0.5, 0.6, 0.7), 0.85);
    expect(forecastWords(found)).toBe('no forecast yet: 3 of 7 days known');
    expect(forecastWords(forecastOf([], 0.85))).toBe('no forecast yet: 0 of 7 days known');
  });

  it.each([
    ['stays', days(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5)],
    ['falls', days(0.6, 0.59, 0.58, 0.57, 0.56, 0.55, 0.54)],
    ['grows so slowly that a month tells nothing of it', days(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5001)],
  ])('is no day where the disk %s', (_what, known) => {
    expect(forecastWords(forecastOf(known, 0.85))).toBe('quota not reached within a year, by the last 7 days');
  });

  it('is now where the disk is over it, whatever is known of the days before', () => {
    expect(forecastWords(forecastOf(days(0.9), 0.85))).toBe('quota reached');
  });

  it('is not led astray by days that the station was off', () => {
    const sparse = [0, 2, 4, 6, 8, 10, 12].map((day) => ({ at: new Date(START + day * 86_400_000).toISOString(), diskUsed: 0.5 + day * 0.01 }));
    expect(forecastOf(sparse, 0.82)).toMatchObject({ kind: 'in', inDays: 20 });
  });
});

describe('how long something has waited', () => {
  it.each([
    [0, '0:00 h'],
    [41 * 60_000, '0:41 h'],
    [26.5 * 3_600_000, '1 d 2:30 h'],
    [-5000, '0:00 h'],
  ])('%i ms: %s', (ms, text) => {
    expect(waitText(ms)).toBe(text);
  });
});
