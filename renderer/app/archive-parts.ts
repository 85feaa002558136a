import type { ArchiveReach } from '@shared/domain';
import { clockText } from '../ui';

/** What the status line says of one archive. */
export interface ArchivePart {
  readonly name: string;
  readonly away: boolean;
  readonly words: string;
  /** Where there is little room. */
  readonly short: string;
  readonly hint: string;
}

export function archiveParts(reach: readonly ArchiveReach[], locale: string): ArchivePart[] {
  return reach.map(({ node: name, state, since, lastAnswerAt, answerMs, words }) => {
    const time = clockText(state === 'noAnswer' ? since : (lastAnswerAt ?? since), locale);
    const text = state === 'ok' ? `${name}: ok ${time}` : state === 'noAnswer' ? `${name}: no answer since ${time}` : `${name}: not asked yet`;
    return {
      name,
      away: state === 'noAnswer',
      words: text,
      short: state === 'ok' ? `${name}: ok` : text,
      hint: words === '' ? (answerMs === undefined ? text : `answered in ${answerMs} ms`) : words,
    };
  });
}

/** All archives in one part, for where they do not fit: how many of them are in the worst state that there is; the hint names each, line by line. */
export function allArchives(reach: readonly ArchiveReach[], locale: string): Pick<ArchivePart, 'away' | 'words' | 'hint'> {
  const away = reach.filter(({ state }) => state === 'noAnswer').length;
  const unasked = reach.filter(({ state }) => state !== 'ok' && state !== 'noAnswer').length;
  const state = away > 0 ? `${String(away)} no answer` : unasked > 0 ? `${String(unasked)} not asked yet` : 'all ok';
  const hint = archiveParts(reach, locale).map(({ words }) => words);
  return { away: away > 0, words: `${String(reach.length)} archives: ${state}`, hint: hint.join('\n') };
}
