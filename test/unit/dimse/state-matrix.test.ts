import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeAbort, encodeReleaseRq } from '../../../electron/services/dimse/pdu';
import { events, states, transition, type State, type UpperLayerEvent } from '../../../electron/services/dimse/state-table';
import { createStoreDouble } from '../../support/ul-store-double';
import { associateRq, commandPdu, dataPdu, echoCommand, pdu, storeCommand, UlClient } from '../../support/ul-client';
import { startTestNode, until, type TestNode } from '../../support/ul-node';

type PduEvent = 'associateRq' | 'associateAc' | 'associateRj' | 'pData' | 'releaseRq' | 'releaseRp' | 'abort' | 'invalidPdu';
type ReachedState = 'Sta2' | 'Sta3' | 'Sta6' | 'Sta8' | 'Sta13';

const pdus: Readonly<Record<PduEvent, Buffer>> = {
  associateRq: associateRq(),
  associateAc: Buffer.concat([Buffer.of(2), associateRq().subarray(1)]),
  associateRj: pdu(3, Uint8Array.of(0, 1, 1, 1)),
  pData: commandPdu(3, echoCommand(77)),
  releaseRq: encodeReleaseRq(),
  releaseRp: pdu(6, new Uint8Array(4)),
  abort: encodeAbort({ source: 0, reason: 0 }),
  invalidPdu: pdu(0x55, new Uint8Array(4)),
};

/** PS3.8 Table 9-10, as heard by the peer. `silent`: AA-6, shown by what comes after. */
const expected: Readonly<Record<ReachedState, Readonly<Record<PduEvent, string>>>> = {
  Sta2: {
    associateRq: 'AC',
    associateAc: 'ABORT(0,0)',
    associateRj: 'ABORT(0,0)',
    pData: 'ABORT(0,0)',
    releaseRq: 'ABORT(0,0)',
    releaseRp: 'ABORT(0,0)',
    abort: 'closed',
    invalidPdu: 'ABORT(0,0)',
  },
  Sta3: {
    associateRq: 'ABORT(2,2)',
    associateAc: 'ABORT(2,2)',
    associateRj: 'ABORT(2,2)',
    pData: 'ABORT(2,2)',
    releaseRq: 'ABORT(2,2)',
    releaseRp: 'ABORT(2,2)',
    abort: 'closed',
    invalidPdu: 'ABORT(2,1)',
  },
  Sta6: {
    associateRq: 'ABORT(2,2)',
    associateAc: 'ABORT(2,2)',
    associateRj: 'ABORT(2,2)',
    pData: 'PDATA',
    releaseRq: 'RP',
    releaseRp: 'ABORT(2,2)',
    abort: 'closed',
    invalidPdu: 'ABORT(2,1)',
  },
  Sta8: {
    associateRq: 'ABORT(2,2)',
    associateAc: 'ABORT(2,2)',
    associateRj: 'ABORT(2,2)',
    pData: 'ABORT(2,2)',
    releaseRq: 'ABORT(2,2)',
    releaseRp: 'ABORT(2,2)',
    abort: 'closed',
    invalidPdu: 'ABORT(2,1)',
  },
  Sta13: {
    associateRq: 'ABORT(2,2)',
    associateAc: 'silent',
    associateRj: 'silent',
    pData: 'silent',
    releaseRq: 'silent',
    releaseRp: 'silent',
    abort: 'closed',
    invalidPdu: 'ABORT(2,2)',
  },
};

describe('PS3.8 Table 9-10 on the wire', () => {
  const store = createStoreDouble({ outcome: () => new Promise(() => undefined) });
  let open: TestNode;
  let undecided: TestNode;

  beforeAll(async () => {
    open = await startTestNode({ store, limits: { maxAssociationsPerHost: 1000, maxAssociations: 1000, maxUnassociated: 1000 } });
    undecided = await startTestNode({
      senders: { judge: () => new Promise(() => undefined) },
      limits: { maxAssociationsPerHost: 1000, maxAssociations: 1000 },
    });
  });
  afterAll(async () => {
    await open.node.stop();
    await undecided.node.stop();
  });

  async function reach(state: ReachedState): Promise<UlClient> {
    const client = await UlClient.open(state === 'Sta3' ? undecided.port : open.port);
    if (state === 'Sta2') return client;
    client.send(associateRq());
    if (state === 'Sta3') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return client;
    }
    expect(await client.nextText()).toBe('AC');
    if (state === 'Sta8') {
      const { finished } = store.counts;
      client.send(Buffer.concat([commandPdu(1, storeCommand(1)), dataPdu(1, Buffer.alloc(10))]));
      await until(() => store.counts.finished > finished, 'the object to be complete');
      client.send(encodeReleaseRq());
      await new Promise((resolve) => setTimeout(resolve, 20));
    } else if (state === 'Sta13') {
      client.send(encodeReleaseRq());
      expect(await client.nextText()).toBe('RP');
    }
    return client;
  }

  for (const state of Object.keys(expected) as ReachedState[]) {
    for (const event of Object.keys(pdus) as PduEvent[]) {
      it(`answers ${event} in ${state} with ${expected[state][event]}`, async () => {
        const client = await reach(state);
        client.send(pdus[event]);
        if (expected[state][event] === 'silent') {
          // AA-7 follows at once, and nothing before it.
          client.send(pdus.associateRq);
          expect(await client.nextText()).toBe('ABORT(2,2)');
        } else {
          expect(await client.nextText()).toBe(expected[state][event]);
        }
        client.close();
      });
    }
  }
});

describe('the state table', () => {
  const closing: readonly UpperLayerEvent[] = ['transportClosed', 'abort'];

  it('leads every state that has a transport to Sta1 when the transport goes or the peer aborts', () => {
    for (const state of states.filter((name) => name !== 'Sta1')) {
      for (const event of closing) expect(transition(state, event).next, `${state} ${event}`).toBe('Sta1');
    }
  });

  it('ends nothing in Sta1 twice', () => {
    for (const event of events) expect(transition('Sta1', event)).toEqual({ action: 'none', next: 'Sta1' });
  });

  it('closes by ARTIM where the standard runs it: before an association and after the last PDU', () => {
    const closed = states.filter((state: State) => transition(state, 'artimExpired').action === 'AA-2');
    expect(closed).toEqual(['Sta2', 'Sta13']);
  });

  it('answers an invalid PDU in every open state', () => {
    expect(states.map((state) => transition(state, 'invalidPdu').action)).toEqual(['none', 'AA-1', 'AA-8', 'AA-8', 'AA-8', 'AA-7']);
  });
});
