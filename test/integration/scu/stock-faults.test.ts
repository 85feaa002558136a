import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type * as Dimse from 'dcmjs-dimse';
import { createPool, sendObjects, type SendOutcome } from '../../../electron/services/dimse';
import { encodeIdentifier } from '../../../electron/services/dimse/scu/identifier';
import { encodeDataSet, sampleImage } from '../../support/dicom';
import { scriptedPeer, type HeardMessage, type PeerSide, type ScriptedPeer } from '../../support/scripted-peer';
import { collectFind, QUICK, targetOf } from '../../support/scu-run';

/** Faults of the library's own Client (decision 5), each beside its absence here. One that is mended upstream turns its half red. */
const { Client, Dataset, requests, log } = createRequire(import.meta.url)('dcmjs-dimse') as typeof Dimse;
log.setLevel('silent', false);

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ILE = '1.2.840.10008.1.2';
const ELE = '1.2.840.10008.1.2.1';

/** Runs the stock client on one request and tells the statuses that it heard, up to its end. */
async function stock(port: number, request: Dimse.requests.CFindRequest | Dimse.requests.CStoreRequest): Promise<{ statuses: number[]; ended: string }> {
  const statuses: number[] = [];
  request.on('response', (response: { getStatus(): number }) => statuses.push(response.getStatus()));
  const client = new Client();
  client.addRequest(request);
  const ended = await new Promise<string>((resolve) => {
    client.on('closed', () => resolve('closed'));
    client.on('networkError', () => resolve('networkError'));
    client.send('127.0.0.1', port, 'STOCK', 'PEER', { associationTimeout: 3000, pduTimeout: 3000 });
  });
  return { statuses, ended };
}

/** Counts the release requests that come after the answer. */
function peerOf(answer: (side: PeerSide, message: HeardMessage) => Promise<void> | void, result: 0 | 3 = 0): Promise<ScriptedPeer> {
  return scriptedPeer(async (side) => {
    const transferSyntax = (context: { transferSyntaxes: readonly string[] }): string => context.transferSyntaxes[0] ?? ILE;
    await side.associate({ accept: (context) => ({ result, transferSyntax: transferSyntax(context) }) });
    const message = await side.message();
    if (message) await answer(side, message);
    let releases = side.last.type === 5 ? 1 : 0;
    if (releases > 0) side.send(Buffer.of(6, 0, 0, 0, 0, 4, 0, 0, 0, 0));
    for (;;) {
      const { type } = await side.nextPdu();
      if (type === 0) return releases;
      if (type === 5 && ++releases === 1) side.send(Buffer.of(6, 0, 0, 0, 0, 4, 0, 0, 0, 0));
    }
  });
}

describe('D6: 0xFF01 is pending', () => {
  const answer = async (side: PeerSide, message: HeardMessage): Promise<void> => {
    const syntax = side.request?.contexts.find(({ id }) => id === message.contextId)?.transferSyntaxes[0] ?? ILE;
    for (let n = 0; n < 3; n++) {
      side.respond(message, 0xff01, encodeIdentifier({ QueryRetrieveLevel: 'STUDY', StudyInstanceUID: `1.2.${String(n)}` }, syntax));
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    side.respond(message, 0);
  };

  it('the stock client releases in the middle of the query', async () => {
    await using peer = await peerOf(answer);
    await stock(peer.port, requests.CFindRequest.createStudyFindRequest({ PatientName: '*' }));
    peer.sides[0]?.socket.destroy();
    expect(await peer.ends[0]).toBeGreaterThan(1);
  });

  it('ours releases once, after the final response', async () => {
    await using peer = await peerOf(answer);
    const { matches, end } = await collectFind(targetOf(peer.port), { root: 'study', level: 'STUDY', keys: {} }, { timeouts: QUICK });
    expect(matches).toHaveLength(3);
    expect(end).toMatchObject({ kind: 'complete' });
    expect(await peer.ends[0]).toBe(1);
  });
});

describe('D8: an object that was never sent', () => {
  const dataSet = encodeDataSet(sampleImage({ SOPInstanceUID: '2.25.81' }));

  it('the stock client says nothing of it when no context was accepted, and releases as if all were well', async () => {
    await using peer = await peerOf(() => undefined, 3);
    const request = new requests.CStoreRequest(new Dataset(Buffer.from(dataSet), ELE));
    expect(await stock(peer.port, request)).toEqual({ statuses: [], ended: 'closed' });
  });

  it('ours says that it was not negotiated', async () => {
    await using peer = await peerOf(() => undefined, 3);
    const outcomes: SendOutcome[] = [];
    const object = {
      SOPClassUID: CT,
      SOPInstanceUID: '2.25.81',
      TransferSyntaxUID: ELE,
      async *bytes() {
        yield await Promise.resolve(dataSet);
      },
    };
    const request = { objects: [object], onOutcome: (_: unknown, outcome: SendOutcome) => void outcomes.push(outcome) };
    await sendObjects(createPool({ keepMs: 0 }), targetOf(peer.port), request, new AbortController().signal, QUICK);
    expect(outcomes).toMatchObject([{ kind: 'notNegotiated' }]);
  });
});
