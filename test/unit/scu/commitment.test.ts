import { describe, expect, it } from 'vitest';
import {
  commitmentService,
  createPool,
  reportCommitment,
  requestCommitment,
  type AssociationFacts,
  type CommitmentReport,
  type CommitmentRequest,
  type CommitmentWish,
} from '../../../electron/services/dimse';
import {
  COMMITMENT_SOP_CLASS,
  COMMITMENT_SOP_INSTANCE,
  decodeCommitmentReport,
  decodeCommitmentRequest,
  encodeCommitmentReport,
  encodeCommitmentRequest,
} from '../../../electron/services/dimse/commitment';
import { encodeCommandSet } from '../../../electron/services/dimse/command-set';
import { encodePData } from '../../../electron/services/dimse/pdu';
import { scriptedPeer, type PeerSide } from '../../support/scripted-peer';
import { QUICK, targetOf } from '../../support/scu-run';
import { ELE, ILE } from '../../support/ul-client';
import { OUR_AE, startTestNode } from '../../support/ul-node';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const object = (n: number) => ({ SOPClassUID: CT, SOPInstanceUID: `2.25.${String(100 + n)}` });
const REQUEST: CommitmentRequest = { transactionUid: '2.25.7', objects: [object(1), object(2), object(3)] };
const REPORT: CommitmentReport = { transactionUid: '2.25.7', committed: [object(1), object(2)], failed: [{ ...object(3), reason: 0x0112 }] };

const ask = (port: number, wish: CommitmentWish = REQUEST, signal = new AbortController().signal) =>
  requestCommitment(createPool({ keepMs: 0 }), targetOf(port, OUR_AE, 'ME'), wish, signal, QUICK);

/** A node that serves storage commitment and remembers what it was told. */
async function committingNode(status = 0) {
  const requested: [AssociationFacts, CommitmentRequest][] = [];
  const reported: [AssociationFacts, CommitmentReport][] = [];
  const commitment = commitmentService({
    requested: (from, request) => {
      requested.push([from, request]);
      return status;
    },
    reported: (from, report) => {
      reported.push([from, report]);
      return Promise.resolve(status);
    },
  });
  const station = await startTestNode({ services: { commitment } });
  return { ...station, requested, reported };
}

/** N-EVENT-REPORT of a peer on the association that we opened. */
function sendReport(side: PeerSide, report: CommitmentReport, elements: Readonly<Record<number, string | number>> = {}): void {
  const all = { 0x0002: COMMITMENT_SOP_CLASS, 0x0100: 0x0100, 0x0110: 1, 0x0800: 1, 0x1000: COMMITMENT_SOP_INSTANCE, 0x1002: 2, ...elements };
  const command = encodeCommandSet(Object.entries(all).map(([element, value]) => [Number(element), value] as const));
  side.send(encodePData(1, true, command, 16_384));
  side.send(encodePData(1, false, encodeCommitmentReport(report, ELE), 16_384));
}

describe('messages of storage commitment', () => {
  it.each([ELE, ILE])('say the same when read as when written (%s)', (syntax) => {
    expect(decodeCommitmentRequest(encodeCommitmentRequest(REQUEST, syntax), syntax)).toEqual(REQUEST);
    expect(decodeCommitmentReport(encodeCommitmentReport(REPORT, syntax), syntax)).toEqual(REPORT);
  });

  it('count an object that stands in both lists as failed', () => {
    const both = { ...REPORT, committed: [object(1), object(3)] };
    expect(decodeCommitmentReport(encodeCommitmentReport(both, ELE), ELE)).toMatchObject({ committed: [object(1)], failed: [object(3)] });
  });

  it('are refused in words when they are damaged', () => {
    const bytes = encodeCommitmentRequest(REQUEST, ELE);
    for (let length = 0; length < bytes.length; length++) expect(typeof decodeCommitmentRequest(bytes.subarray(0, length), ELE)).toBe('string');
    const noUid = encodeCommitmentRequest({ transactionUid: '../etc', objects: REQUEST.objects }, ELE);
    expect(decodeCommitmentRequest(noUid, ELE)).toBe('Transaction UID missing or not a UID');
    expect(decodeCommitmentRequest(encodeCommitmentRequest({ ...REQUEST, objects: [] }, ELE), ELE)).toBe('Referenced SOP Sequence missing or empty');
  });
});

describe('asking for storage commitment', () => {
  it('names every object to the node and is accepted by it', async () => {
    await using station = await committingNode();
    expect(await ask(station.port)).toEqual({ kind: 'accepted' });
    expect(station.requested).toEqual([[expect.objectContaining({ callingAeTitle: 'ME', host: '127.0.0.1' }), REQUEST]]);
  });

  it('says with which status the node refused', async () => {
    await using station = await committingNode(0x0213);
    expect(await ask(station.port)).toMatchObject({ kind: 'refused', status: { code: 0x0213 }, isTransient: true });
  });

  it('ends as failed where the node does not offer it', async () => {
    await using station = await startTestNode();
    expect(await ask(station.port)).toMatchObject({ kind: 'failed', failure: { cause: 'noContext' } });
  });

  it('is unknown when the answer never comes', async () => {
    await using peer = await scriptedPeer(async (side) => {
      await side.associate();
      await side.message();
    });
    expect(await ask(peer.port)).toMatchObject({ kind: 'unknown', words: expect.stringContaining('not known') as string });
  });

  it('takes the report on the same association, and answers it', async () => {
    const answers: (number | undefined)[] = [];
    await using peer = await scriptedPeer(async (side) => {
      await side.associate();
      const message = await side.message();
      if (message === undefined) return;
      expect(message.command).toMatchObject({
        commandField: 0x0130,
        requestedSopClassUid: COMMITMENT_SOP_CLASS,
        requestedSopInstanceUid: COMMITMENT_SOP_INSTANCE,
        actionTypeId: 1,
      });
      side.respond(message, 0, undefined, { 0x0002: COMMITMENT_SOP_CLASS });
      sendReport(side, { ...REPORT, transactionUid: '2.25.8' });
      answers.push((await side.message())?.command.status);
      sendReport(side, REPORT, { 0x0110: 2 });
      answers.push((await side.message())?.command.status);
      await side.untilReleased();
    });
    const reports: CommitmentReport[] = [];
    const end = await ask(peer.port, { ...REQUEST, waitMs: 5000, onReport: (report) => reports.push(report) - 1 });
    expect(end).toEqual({ kind: 'accepted' });
    expect(reports).toEqual([REPORT]);
    await Promise.all(peer.ends);
    // the first report was another transaction's
    expect(answers).toEqual([0x0112, 0]);
  });

  it('does not wait for a report after the association has ended', async () => {
    await using peer = await scriptedPeer(async (side) => {
      await side.associate();
      const message = await side.message();
      if (message !== undefined) side.respond(message, 0);
      side.socket.end();
    });
    expect(await ask(peer.port, { ...REQUEST, waitMs: 600_000, onReport: () => 0 })).toEqual({ kind: 'accepted' });
  });
});

describe('reporting storage commitment', () => {
  const report = (port: number) => reportCommitment(createPool({ keepMs: 0 }), targetOf(port, OUR_AE, 'ME'), REPORT, new AbortController().signal, QUICK);

  it('reaches a node on an association of its own, in the role of the SCP', async () => {
    await using station = await committingNode();
    expect(await report(station.port)).toEqual({ kind: 'accepted' });
    expect(station.reported).toEqual([[expect.objectContaining({ callingAeTitle: 'ME' }), REPORT]]);
  });

  it('is refused with the status that the handler gives, so that it is reported again', async () => {
    await using station = await committingNode(0x0110);
    expect(await report(station.port)).toMatchObject({ kind: 'refused', isTransient: true });
  });
});
