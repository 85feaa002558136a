import { expect, describe, it } from 'vitest';
import { createPool, type Lease, type PoolWish } from '../../../electron/services/dimse/scu/pool';
import type { ScuFailure } from '../../../electron/services/dimse/scu/failure';
import { scriptedPeer } from '../../support/scripted-peer';
import { QUICK, targetOf } from '../../support/scu-run';

const VERIFICATION = '1.2.840.10008.1.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const ILE = '1.2.840.10008.1.2';
const never = new AbortController().signal;

function leaseOf(taken: Lease | { readonly failure: ScuFailure }): Lease {
  if ('failure' in taken) throw new Error(taken.failure.words);
  return taken;
}

const wish = (port: number, abstractSyntax = VERIFICATION): PoolWish => ({
  target: targetOf(port),
  contexts: [{ abstractSyntax, transferSyntaxes: [ILE] }],
  timeouts: QUICK,
});

/** A node that takes every association and counts them. */
function counting(): { readonly peer: ReturnType<typeof scriptedPeer>; readonly opened: () => number } {
  let opened = 0;
  const peer = scriptedPeer(async (side) => {
    opened++;
    await side.associate({});
    await side.untilReleased();
  });
  return { peer, opened: () => opened };
}

describe('associations with a node', () => {
  it('are used again by the next who wants the same', async () => {
    const { peer: made, opened } = counting();
    await using peer = await made;
    const pool = createPool();
    const first = leaseOf(await pool.lease(wish(peer.port), never));
    first.giveBack();
    const second = leaseOf(await pool.lease(wish(peer.port), never));
    expect(second.association).toBe(first.association);
    second.giveBack();
    expect(opened()).toBe(1);
    await pool.close();
    expect(first.association.isOpen).toBe(false);
  });

  it('of another wish end before a new one begins', async () => {
    const { peer: made, opened } = counting();
    await using peer = await made;
    const pool = createPool();
    const first = leaseOf(await pool.lease(wish(peer.port), never));
    first.giveBack();
    const second = leaseOf(await pool.lease(wish(peer.port, CT), never));
    expect(first.association.isOpen).toBe(false);
    expect(opened()).toBe(2);
    second.giveBack();
    await pool.close();
  });

  it('are at most so many at a time: who comes later waits for a place, or gives up', async () => {
    const { peer: made, opened } = counting();
    await using peer = await made;
    const pool = createPool({ maxPerNode: 2 });
    const [one, two] = [leaseOf(await pool.lease(wish(peer.port), never)), leaseOf(await pool.lease(wish(peer.port), never))];
    const gaveUp = new AbortController();
    const third = pool.lease(wish(peer.port), gaveUp.signal);
    const fourth = pool.lease(wish(peer.port), never);
    gaveUp.abort();
    expect(await third).toMatchObject({ failure: { cause: 'cancelled' } });
    expect(opened()).toBe(2);
    one.giveBack();
    const next = leaseOf(await fourth);
    expect(next.association).toBe(one.association);
    expect(opened()).toBe(2);
    for (const lease of [two, next]) lease.giveBack(false);
    await pool.close();
  });
});
