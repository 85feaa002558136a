import { describe, expect, it } from 'vitest';
import { MoveCopies } from '../../../electron/services/archive';
import type { IncomingObject, ObjectStore } from '../../../electron/services/cache';
import type { AssociationPool } from '../../../electron/services/dimse';
import { targetOf } from '../../support/scu-run';
import { createStoreDouble } from '../../support/ul-store-double';

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

interface Sent {
  readonly uid?: string;
  readonly title?: string;
  readonly host?: string;
  readonly associationId?: number;
  readonly moveOriginator?: IncomingObject['moveOriginator'];
}

/** An archive that is asked for a copy, and meanwhile does `during`. */
function setting(during: (send: (sent?: Sent) => void) => void) {
  const given: string[] = [];
  const send = ({ uid = '1', title = 'ARCHIVE', host = '127.0.0.1', associationId = 1, moveOriginator }: Sent = {}): void => {
    const source = { kind: 'association', callingAeTitle: title, calledAeTitle: 'ALTERNATOR', host, associationId } as const;
    moves.store.receive({ SOPInstanceUID: uid, SOPClassUID: '8', TransferSyntaxUID: '1.2', source, ...(moveOriginator && { moveOriginator }) });
  };
  const pool = {
    lease() {
      during(send);
      return Promise.resolve({ failure: { cause: 'closed', isTransient: true, words: 'gone' } });
    },
  } as unknown as AssociationPool;
  const moves = new MoveCopies({ pool, store: storeOf('cache', given), onAssociation: () => () => undefined });
  const fetch = (into = 'comparison') => moves.fetch(target, { StudyInstanceUID: '1.2', step, into: storeOf(into, given) }, new AbortController().signal);
  return { moves, fetch, given, send };
}

describe('what comes while copies are moved here', () => {
  it('goes to the comparison where the archive sends it and it was asked for, though it does not say what it answers', async () => {
    const { moves, fetch, given } = setting((send) => {
      send();
      send({ moveOriginator: { aeTitle: 'ARCHIVE', messageId: 7 } });
    });
    await fetch();
    expect([given, moves.isToldApart(target)]).toEqual([['comparison 1', 'comparison 1'], true]);
  });

  it.each<[string, Sent]>([
    ['under the title of the archive, from another machine', { host: '192.0.2.7' }],
    ['from somebody else', { title: 'FILLER' }],
    ['that was not asked for', { uid: '3' }],
    ["that answers somebody else's C-MOVE", { moveOriginator: { aeTitle: 'READER2', messageId: 7 } }],
    ['that answers a C-MOVE of a retrieve of ours', { moveOriginator: { aeTitle: 'ALTERNATOR', messageId: 7 } }],
  ])('%s is received as ever, and tells nothing of how the archive sends', async (_name, sent) => {
    const { moves, fetch, given } = setting((send) => send(sent));
    await fetch();
    expect([given, moves.isToldApart(target)]).toEqual([[`cache ${sent.uid ?? '1'}`], false]);
  });

  it('of a study that somebody fetches to keep at the same time is received as ever', async () => {
    const { moves, fetch, given } = setting((send) => send());
    const ends = [moves.retrieving('1.2'), moves.retrieving('1.2'), moves.retrieving('1.3')];
    await fetch();
    ends[0]?.();
    await fetch();
    ends[1]?.();
    await fetch();
    expect(given).toEqual(['cache 1', 'cache 1', 'comparison 1']);
  });

  it('goes to the comparison that asks now, though an earlier one asked for it too and the archive still sends by the same association', async () => {
    const { fetch, given, send } = setting((during) => during());
    await fetch('first');
    await fetch('second');
    send();
    expect(given).toEqual(['first 1', 'second 1', 'second 1']);
  });

  it('later, by an association that brought copies, is one more copy; by another one it is received as ever', async () => {
    const { fetch, given, send } = setting((during) => during());
    send();
    await fetch();
    send();
    send({ associationId: 2 });
    expect(given).toEqual(['cache 1', 'comparison 1', 'comparison 1', 'cache 1']);
  });

  it('and names the C-MOVE goes to the comparison whenever it comes', async () => {
    const ids = Array.from({ length: 0x8000 }, (_unused, at) => 0x8000 + at);
    const { fetch, given, send } = setting(() => undefined);
    await fetch();
    const named = (aeTitle: string, uid: string): string[] => {
      given.length = 0;
      for (const messageId of ids) send({ uid, title: 'STORESCU', moveOriginator: { aeTitle, messageId } });
      return given.filter((one) => one.startsWith('comparison'));
    };
    expect(named('ALTERNATOR', '1')).toEqual(['comparison 1']);
    expect(named('OTHER', '1')).toEqual([]);
    expect(named('ALTERNATOR', '3')).toEqual([]);
  });
});
