import { describe, expect, it } from 'vitest';
import { MoveCopies } from '../../../electron/services/archive';
import type { IncomingObject, ObjectStore, StoreOutcome } from '../../../electron/services/cache';
import type { AssociationEvent, AssociationPool } from '../../../electron/services/dimse';
import { targetOf } from '../../support/scu-run';
import { createStoreDouble } from '../../support/ul-store-double';

const OTHER: StoreOutcome = { kind: 'refused', status: 0xc000, comment: 'duplicate UID, different content', isOtherContent: true };
const target = targetOf(104, 'ARCHIVE');
const step = { level: 'IMAGE', keys: { StudyInstanceUID: '1.2' }, wanted: [{ SeriesInstanceUID: '9', SOPInstanceUID: '1', SOPClassUID: '8' }] } as const;

/** A store that writes down under its name what it was given. */
function storeOf(name: string, given: string[]): ObjectStore {
  const store = createStoreDouble();
  return {
    receive(incoming) {
      given.push(`${name} ${incoming.SOPInstanceUID}`);
      return store.receive(incoming);
    },
    admission: () => undefined,
  };
}

/** An archive that is asked for copies, and meanwhile does `during`. */
function setting(during: (tell: (event: AssociationEvent) => void) => void) {
  const listeners = new Set<(event: AssociationEvent) => void>();
  const given: string[] = [];
  const told: string[] = [];
  const pool = {
    lease() {
      during((event) => {
        for (const listener of listeners) listener(event);
      });
      return Promise.resolve({ failure: { cause: 'closed', isTransient: true, words: 'gone' } });
    },
  } as unknown as AssociationPool;
  const moves = new MoveCopies({
    pool,
    store: storeOf('cache', given),
    isHere: (uid) => uid !== '2',
    onAssociation(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const fetch = () =>
    moves.fetch(target, { step, into: storeOf('comparison', given), tell: (uid, verdict) => told.push(`${uid} ${verdict}`) }, new AbortController().signal);
  return { moves, fetch, given, told, listeners };
}

const from = (host: string, callingAeTitle = 'ARCHIVE'): AssociationEvent => ({
  kind: 'object',
  SOPInstanceUID: '1',
  outcome: OTHER,
  association: { id: 1, callingAeTitle, calledAeTitle: 'ALTERNATOR', host },
});

describe('what comes while copies are moved here', () => {
  it('from the archive, as any object, tells of its content and that it does not name the C-MOVE', async () => {
    const { moves, fetch, told, listeners } = setting((tell) => tell(from('127.0.0.1')));
    await fetch();
    expect([told, moves.namesOrigin(target), listeners.size]).toEqual([['1 different'], false, 0]);
  });

  it.each([
    ['under the title of the archive, from another machine', from('192.0.2.7')],
    ['from somebody else', from('127.0.0.1', 'FILLER')],
  ])('%s tells nothing of the archive, nor how it sends', async (_name, event) => {
    const { moves, fetch, told } = setting((tell) => tell(event));
    await fetch();
    expect([told, moves.namesOrigin(target)]).toEqual([[], undefined]);
  });

  it('goes to the comparison only where it names the C-MOVE, was asked for and is here; everything else into the cache', async () => {
    const ids = Array.from({ length: 0x8000 }, (_unused, at) => 0x8000 + at);
    const { moves, fetch, given } = setting(() => undefined);
    await fetch();
    const send = (SOPInstanceUID: string, moveOriginator?: IncomingObject['moveOriginator']) =>
      moves.store.receive({ SOPInstanceUID, SOPClassUID: '8', TransferSyntaxUID: '1.2', source: { kind: 'demo' }, ...(moveOriginator && { moveOriginator }) });
    const named = (aeTitle: string, uid: string): string[] => {
      given.length = 0;
      for (const messageId of ids) send(uid, { aeTitle, messageId });
      return given.filter((one) => one.startsWith('comparison'));
    };
    expect(named('ALTERNATOR', '1')).toEqual(['comparison 1']);
    expect(named('OTHER', '1')).toEqual([]);
    expect(named('ALTERNATOR', '2')).toEqual([]);
    expect(named('ALTERNATOR', '3')).toEqual([]);
    given.length = 0;
    send('1');
    expect(given).toEqual(['cache 1']);
  });
});
