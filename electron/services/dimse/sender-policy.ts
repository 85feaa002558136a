import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { AcceptedSender } from '@shared/domain';
import type { Caller, SenderPolicy, Verdict } from './types';

/** Addresses of a host name; rejects when there are none. */
export type ResolveHost = (name: string) => Promise<readonly string[]>;

const resolveBySystem: ResolveHost = async (name) => (await lookup(name, { all: true })).map((entry) => entry.address);

/** `::ffff:192.0.2.7` is 192.0.2.7; a zone (`fe80::1%eth0`) names our interface, not the peer. */
export function normalizeAddress(address: string): string {
  const bare = address.replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
  return mapped ?? bare;
}

/**
 * Known callers by AE title and address: an AE title alone is never authority (reliability 5.2). `*` stands for any AE
 * title or any address. Host names are resolved at each call, so that a changed lease is seen; numeric entries never
 * touch the resolver.
 */
export function createSenderPolicy(accepted: () => readonly AcceptedSender[], resolve: ResolveHost = resolveBySystem): SenderPolicy {
  return {
    async judge(caller: Caller): Promise<Verdict> {
      const byTitle = accepted().filter((sender) => sender.aeTitle === '*' || sender.aeTitle.trim() === caller.aeTitle);
      if (byTitle.length === 0) return { accepted: false, reason: 'calling AE unknown' };
      for (const sender of byTitle) {
        if ((await hostMatcher(sender.host.trim(), resolve))(caller.host)) return { accepted: true };
      }
      return { accepted: false, reason: 'address is not the registered one' };
    },
  };
}

/** Tells addresses of a registered host (a name, an address or `*`) from others, by what a name stands for now. Never rejects: a name without an address has none. */
export async function hostMatcher(registered: string, resolve: ResolveHost = resolveBySystem): Promise<(actual: string) => boolean> {
  if (registered === '*') return () => true;
  const address = normalizeAddress(registered);
  if (isIP(address) !== 0) return (actual) => address === actual || (isLoopback(address) && isLoopback(actual));
  // Loopback is one machine whatever family the peer chose.
  if (registered.toLowerCase() === 'localhost') return isLoopback;
  try {
    const found = new Set((await resolve(registered)).map(normalizeAddress));
    return (actual) => found.has(actual);
  } catch {
    return () => false;
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);
}
