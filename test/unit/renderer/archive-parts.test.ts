import type { ArchiveReach } from '@shared/domain';
import { expect, it } from 'vitest';
import { allArchives, archiveParts } from '../../../renderer/app/archive-parts';

const archive = (node: string, state: ArchiveReach['state'], more: Partial<ArchiveReach> = {}): ArchiveReach => ({
  ...{ node, state, since: '2026-11-22T08:14:00', words: '' },
  ...more,
});
const ok = archive('MAIN', 'ok', { answerMs: 12 });
const away = archive('NORTH', 'noAnswer', { words: 'connection refused' });

it('each archive says how it fares, with fewer words where there is little room, never without the reason on hover', () => {
  expect(archiveParts([ok, away], 'de-DE')).toMatchObject([
    { words: expect.stringMatching(/^MAIN: ok \d/) as string, short: 'MAIN: ok', hint: 'answered in 12 ms', away: false },
    { words: expect.stringMatching(/^NORTH: no answer since \d/) as string, hint: 'connection refused', away: true },
  ]);
});

it('together they say how many are in the worst state, and name all', () => {
  const unasked = archive('SOUTH', 'unknown');
  expect(allArchives([ok, ok, ok], 'de-DE')).toMatchObject({ words: '3 archives: all ok', away: false });
  expect(allArchives([ok, unasked], 'de-DE').words).toBe('2 archives: 1 not asked yet');
  const all = allArchives([ok, away, unasked], 'de-DE');
  expect(all).toMatchObject({ words: '3 archives: 1 no answer', away: true });
  expect(all.hint.split('\n')).toEqual([expect.stringContaining('MAIN: ok'), expect.stringContaining('NORTH: no answer'), 'SOUTH: not asked yet']);
});
