import { describe, expect, it } from 'vitest';
import { createPool, find, type FindRequest } from '../../../electron/services/dimse/scu';
import { decodeIdentifier, encodeIdentifier } from '../../../electron/services/dimse/scu/identifier';
import { encodeAbort, encodeReject } from '../../../electron/services/dimse/pdu';
import { scriptedPeer, type HeardMessage, type PeerSide } from '../../support/scripted-peer';
import { collectFind, QUICK, targetOf } from '../../support/scu-run';

const ELE = '1.2.840.10008.1.2.1';
const ILE = '1.2.840.10008.1.2';
const STUDIES: FindRequest = { root: 'study', level: 'STUDY', keys: { PatientName: 'DOE*' } };

const study = (n: number): Buffer =>
  encodeIdentifier({ QueryRetrieveLevel: 'STUDY', StudyInstanceUID: `1.2.${String(n)}`, PatientName: `Doe^${String(n)}` }, ELE);

/** Associates, hears the query, then does what the test says. */
async function answering(answer: (side: PeerSide, query: HeardMessage) => unknown, accept = {}): ReturnType<typeof scriptedPeer> {
  return scriptedPeer(async (side) => {
    await side.associate(accept);
    const query = await side.message();
    if (query) await answer(side, query);
    return side.untilReleased();
  });
}

describe('C-FIND', () => {
  it('streams both kinds of pending, counts neither as the end (D6), releases', async () => {
    await using peer = await answering((side, query) => {
      side.respond(query, 0xff00, study(1));
      side.respond(query, 0xff01, study(2));
      side.respond(query, 0xff00, study(3));
      side.respond(query, 0x0000);
    });
    const { matches, end } = await collectFind(targetOf(peer.port), STUDIES, { timeouts: QUICK });
    expect(matches.map((match) => match.StudyInstanceUID)).toEqual(['1.2.1', '1.2.2', '1.2.3']);
    expect(end).toEqual({ kind: 'complete', matches: 3, keysIgnored: true });
    expect(await peer.ends[0]).toBe('released');
    expect(peer.sides).toHaveLength(1);
  });

  it.each([
    ['explicit', ELE],
    ['implicit', ILE],
  ])('writes the identifier in the accepted syntax: %s', async (_name, transferSyntax) => {
    let heard: HeardMessage | undefined;
    await using peer = await answering(
      (side, query) => {
        heard = query;
        side.respond(query, 0);
      },
      { accept: () => ({ result: 0, transferSyntax }) },
    );
    await collectFind(targetOf(peer.port), { root: 'study', level: 'STUDY', keys: { PatientName: 'Müller^Jürgen*', StudyDate: '20260101-20261231' } });
    const keys = decodeIdentifier(heard?.dataSet ?? Buffer.alloc(0), transferSyntax);
    expect(keys).toMatchObject({ QueryRetrieveLevel: 'STUDY', PatientName: 'Müller^Jürgen*', StudyDate: '20260101-20261231', StudyInstanceUID: '' });
    expect(heard?.command).toMatchObject({ commandField: 0x20, messageId: 1, affectedSopClassUid: '1.2.840.10008.5.1.4.1.2.2.1' });
  });

  it('names the status and the comment of a refusal', async () => {
    await using peer = await answering((side, query) => {
      side.respond(query, 0xa900, undefined, { 0x0902: 'Level missing' });
    });
    const { end } = await collectFind(targetOf(peer.port), STUDIES);
    expect(end).toMatchObject({ kind: 'refused', matches: 0, words: 'PEER answered 0xA900 (Identifier does not match SOP class): Level missing' });
  });

  it('cancels at the peer when the caller leaves early, and uses the association again', async () => {
    const heard: (number | undefined)[] = [];
    await using peer = await scriptedPeer(async (side) => {
      await side.associate();
      for (;;) {
        const query = await side.message();
        if (!query) return side.untilReleased();
        heard.push(query.command.commandField);
        if (query.command.commandField === 0x0fff) continue;
        for (let n = 0; n < 5; n++) side.respond(query, 0xff00, study(n));
        const cancel = await side.message();
        heard.push(cancel?.command.commandField, cancel?.command.messageIdRespondedTo);
        side.respond(query, 0xfe00);
      }
    });
    const pool = createPool();
    for (let round = 0; round < 2; round++) {
      const run = find(pool, targetOf(peer.port), STUDIES, new AbortController().signal, QUICK);
      await run.next();
      await run.return({ kind: 'cancelled', matches: 1 });
    }
    await pool.close();
    expect(heard).toEqual([0x20, 0x0fff, 1, 0x20, 0x0fff, 2]);
    expect(await peer.ends[0]).toBe('released');
    expect(peer.sides).toHaveLength(1);
  });

  it('ends a query of never-ending matches at its limit, and aborts a peer that ignores the cancel', async () => {
    await using peer = await scriptedPeer(async (side) => {
      await side.associate();
      const query = await side.message();
      if (!query) return 'nothing';
      const end = side.untilReleased();
      for (let n = 0; !side.isClosed; n++) {
        side.respond(query, 0xff00, study(n));
        await new Promise((resolve) => setImmediate(resolve));
      }
      return end;
    });
    const { matches, end } = await collectFind(targetOf(peer.port), { ...STUDIES, maxMatches: 50 }, { timeouts: QUICK });
    expect(matches).toHaveLength(50);
    expect(end).toEqual({ kind: 'limited', matches: 50 });
    expect(await peer.ends[0]).toBe('aborted');
  });

  it('does not read on while nobody asks for the matches that came', async () => {
    const all = 3000;
    let sent = 0;
    const wide = encodeIdentifier({ QueryRetrieveLevel: 'STUDY', StudyInstanceUID: '1.2', PatientName: 'D'.repeat(8000) }, ELE);
    await using peer = await answering(async (side, query) => {
      for (; sent < all; sent++) {
        side.respond(query, 0xff00, wide);
        if (side.socket.writableNeedDrain) await new Promise((resolve) => side.socket.once('drain', resolve));
      }
      side.respond(query, 0);
    });
    const run = find(createPool({ keepMs: 0 }), targetOf(peer.port), STUDIES, new AbortController().signal, QUICK);
    await run.next();
    for (let before = -1; before !== sent;) {
      before = sent;
      // Longer than the idle limit: silence of our own making ends nothing.
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(sent).toBeLessThan(all);
    let next = await run.next();
    while (!next.done) next = await run.next();
    expect(next.value).toMatchObject({ kind: 'complete', matches: all });
  });

  const lies: readonly [string, (side: PeerSide, query: HeardMessage) => unknown, string, string][] = [
    ['another message id', (side, query) => side.respond(query, 0xff00, study(1), { 0x0120: 77 }), 'protocol', 'a message that we did not send'],
    ['no status', (side, query) => side.respond(query, 0, undefined, { 0x0900: undefined }), 'protocol', 'without a status'],
    ['a context that was never agreed', (side, query) => side.respond(query, 0, undefined, {}, 9), 'protocol', 'not accepted'],
    ['a response of another kind', (side, query) => side.respond(query, 0, undefined, { 0x0100: 0x8001 }), 'protocol', 'of another kind'],
    ['a pending without its data set', (side, query) => side.respond(query, 0xff00), 'protocol', 'a match without a data set'],
    ['a data set that is cut off', (side, query) => side.respond(query, 0xff00, study(1).subarray(0, 20)), 'protocol', 'cannot be read'],
    ['a data set that is announced and never comes', (side, query) => side.respond(query, 0, undefined, { 0x0800: 1 }), 'noAnswer', 'no response came in time'],
    [
      'an abort in the middle',
      (side, query) => (side.respond(query, 0xff00, study(1)), side.send(encodeAbort({ source: 2, reason: 0 }))),
      'aborted',
      'aborted',
    ],
    ['the end of the transport', (side, query) => (side.respond(query, 0xff00, study(1)), side.socket.end()), 'closed', 'closed the connection'],
    ['a release instead of an answer', (side) => side.send(Buffer.of(5, 0, 0, 0, 0, 4, 0, 0, 0, 0)), 'closed', 'released the association before'],
    ['silence', () => undefined, 'noAnswer', 'no response came in time'],
    ['a PDU of four gigabytes', (side) => side.send(Buffer.of(4, 0, 255, 255, 255, 255)), 'protocol', 'not allowed here'],
    ['bytes that are no PDU', (side) => side.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n')), 'protocol', 'not allowed here'],
    [
      'a command set that does not hold',
      (side, query) => side.send(Buffer.concat([Buffer.of(4, 0, 0, 0, 0, 10, 0, 0, 0, 6, query.contextId, 3), Buffer.from([1, 2, 3, 4])])),
      'protocol',
      'cut off',
    ],
  ];
  it.each(lies)('%s: fails in words', async (_name, lie, cause, words) => {
    await using peer = await answering(lie);
    const { end } = await collectFind(targetOf(peer.port), STUDIES, { timeouts: QUICK });
    expect(end).toMatchObject({ kind: 'failed', failure: { cause } });
    expect(end.kind === 'failed' && end.failure.words).toContain(words);
  });

  it('says who rejected the association and why, and that later may help', async () => {
    await using peer = await scriptedPeer(async (side) => {
      await side.nextPdu();
      side.send(encodeReject({ result: 2, source: 3, reason: 2 }));
    });
    const { end } = await collectFind(targetOf(peer.port), STUDIES);
    expect(end).toMatchObject({ kind: 'failed', failure: { cause: 'rejected', isTransient: true, reject: { result: 2, source: 3, reason: 2 } } });
  });

  it.each([1, 2, 6, 7])('a maximum length of %i, in which nothing fits (D2), is refused at once', async (maxLength) => {
    await using peer = await answering(() => undefined, { maxLength });
    const { end } = await collectFind(targetOf(peer.port), STUDIES, { timeouts: QUICK });
    expect(end).toMatchObject({ kind: 'failed', failure: { cause: 'protocol' } });
  });

  it.each([8, 13, 64, 0])('a maximum length of %i is kept to', async (maxLength) => {
    let heard: HeardMessage | undefined;
    await using peer = await answering(
      (side, query) => {
        heard = query;
        side.respond(query, 0);
      },
      { maxLength },
    );
    const { end } = await collectFind(targetOf(peer.port), STUDIES, { timeouts: QUICK });
    expect(end).toMatchObject({ kind: 'complete' });
    expect(decodeIdentifier(heard?.dataSet ?? Buffer.alloc(0), ELE)).toMatchObject({ PatientName: 'DOE*' });
    if (maxLength > 0) expect(heard?.longestPdu).toBeLessThanOrEqual(maxLength);
  });

  it('an accepted context with a syntax that was not offered is none', async () => {
    await using peer = await answering(() => undefined, { accept: () => ({ result: 0, transferSyntax: '1.2.840.10008.1.2.2' }) });
    const { end } = await collectFind(targetOf(peer.port), STUDIES, { timeouts: QUICK });
    expect(end).toMatchObject({ kind: 'failed', failure: { cause: 'noContext' } });
  });

  it('a text that the chosen character set does not have is said, not sent', async () => {
    await using peer = await answering((side, query) => side.respond(query, 0));
    const { end } = await collectFind(targetOf(peer.port), { ...STUDIES, keys: { PatientName: '山田' }, characterSet: 'ISO_IR 100' });
    expect(end).toMatchObject({
      kind: 'failed',
      failure: { cause: 'local', words: 'The query cannot be sent: PatientName: "山" cannot be written in ISO_IR 100.' },
    });
  });

  it('never uses message id 0, nor one that is chosen by who asks, also after 32767', async () => {
    const ids: (number | undefined)[] = [];
    await using peer = await scriptedPeer(async (side) => {
      await side.associate();
      for (;;) {
        const query = await side.message();
        if (!query) return side.untilReleased();
        ids.push(query.command.messageId);
        side.respond(query, 0);
      }
    });
    const { ScuAssociation } = await import('../../../electron/services/dimse/scu/scu-association');
    const opened = await ScuAssociation.open(
      { target: targetOf(peer.port), contexts: [{ id: 1, abstractSyntax: '1.2.840.10008.5.1.4.1.2.2.1', transferSyntaxes: [ELE] }] },
      new AbortController().signal,
    );
    if (!(opened instanceof ScuAssociation)) throw new Error(opened.words);
    const context = opened.contextFor('1.2.840.10008.5.1.4.1.2.2.1');
    if (!context) throw new Error('no context');
    Reflect.set(opened, 'messageId', 32_765);
    for (let n = 0; n < 4; n++) {
      const exchange = opened.exchange(
        { context, commandField: 0x20, elements: [[0x0700, 0]], dataSet: study(1), canCancel: true },
        new AbortController().signal,
      );
      while (!(await exchange.next()).done);
    }
    await opened.release();
    expect(ids).toEqual([32_766, 32_767, 1, 2]);
  });
});
