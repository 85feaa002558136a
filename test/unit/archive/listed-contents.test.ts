import { describe, expect, it } from 'vitest';
import { createArchivePool } from '../../../electron/services/archive';
import { listedContents } from '../../../electron/services/archive/listed-contents';
import type { StudyAhead } from '../../../electron/services/archive/study-ahead';
import { decodeIdentifier, encodeIdentifier } from '../../../electron/services/dimse/scu/identifier';
import { scriptedPeer } from '../../support/scripted-peer';
import { targetOf } from '../../support/scu-run';

const ELE = '1.2.840.10008.1.2.1';
const StudyInstanceUID = '1.2.3';

/** An archive that counts two objects and lists three. */
const archive = () =>
  scriptedPeer(async (side) => {
    await side.associate();
    for (;;) {
      const message = await side.message();
      if (!message) return side.untilReleased();
      const asked = decodeIdentifier(message.dataSet, ELE);
      const level = typeof asked === 'string' ? '' : (asked.QueryRetrieveLevel ?? '');
      const images = ['8.1', '8.2', '8.3'].map((SOPInstanceUID) => ({ SeriesInstanceUID: '8', SOPInstanceUID }));
      const rows: object[] =
        level === 'STUDY' ? [{ StudyInstanceUID, NumberOfStudyRelatedInstances: '2' }] : level === 'SERIES' ? [{ SeriesInstanceUID: '8' }] : images;
      for (const row of rows) side.respond(message, 0xff00, encodeIdentifier({ QueryRetrieveLevel: level, ...row }, ELE));
      side.respond(message, 0);
    }
  });

function ahead(refused: readonly string[], unread = 0): StudyAhead {
  const end = { kind: 'answered', status: { category: 'success' }, words: '', failedUids: [] };
  const sent = { end, arrived: new Set(['8.1', '8.2']), refused: new Map(refused.map((uid) => [uid, 'it is damaged'])), unread: { count: unread, reason: '' } };
  return { end: Promise.resolve(sent as unknown as Awaited<StudyAhead['end']>), listed: () => undefined, stop: () => Promise.resolve() };
}

describe('what an archive has of a study that is on its way', () => {
  it.each([
    ['is what came, where as many came as it counts', [], 0, ['8.1', '8.2']],
    ['is listed where one was refused here: it may be more than were counted', ['8.3'], 0, ['8.1', '8.2', '8.3']],
    ['is listed where one could not be read', [], 1, ['8.1', '8.2', '8.3']],
  ])('%s', async (_name, refused, unread, expected) => {
    await using peer = await archive();
    const pool = createArchivePool(undefined, { keepMs: 0 });
    const input = { StudyInstanceUID: StudyInstanceUID as never, node: 'A', series: undefined };
    const found = await listedContents(pool, targetOf(peer.port), input, ahead(refused, unread), new AbortController().signal);
    expect(found.map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual(expected);
    await pool.close();
  });
});
