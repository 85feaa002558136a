import type { Channel } from '@shared/contract';
import { z } from 'zod';
import type { Wire } from './contract-suite';

const WithId = z.object({ id: z.int() });

/** A wire over any channel. */
export function wireOf(channel: Channel): Wire {
  const replies = new Map<number, unknown>();
  const waiting = new Map<number, (reply: unknown) => void>();
  channel.onMessage((message) => {
    const parsed = WithId.safeParse(message);
    if (!parsed.success) return;
    const { id } = parsed.data;
    if (replies.has(id)) throw new Error(`call ${id} was answered twice`);
    replies.set(id, message);
    waiting.get(id)?.(message);
  });
  return {
    post: (message) => channel.post(message),
    reply: (id) =>
      new Promise((resolve, reject) => {
        if (replies.has(id)) {
          resolve(replies.get(id));
          return;
        }
        const timer = setTimeout(() => reject(new Error(`call ${id} was not answered within 10 s`)), 10_000);
        waiting.set(id, (reply) => {
          clearTimeout(timer);
          resolve(reply);
        });
      }),
  };
}
