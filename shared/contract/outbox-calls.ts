import { z } from 'zod';
import { ArchiveState, OutboxCounts, OutboxId, OutboxItem, OutboxObject } from '../domain';
import { anyone, type CallShape, changers, nothing } from './call-shape';

const one = z.object({ id: OutboxId });
const because = one.extend({ why: z.string().max(200).default('') });
const itemAnswer = z.object({ item: OutboxItem });

/** Work that leaves this station, and the archives that it goes to. */
export const outboxCalls = {
  /** Newest first. `where`: only items in that state, or only those with dead letters. */
  'outbox.list': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({
      where: z.enum(['open', 'held', 'failed', 'done']).optional(),
      node: z.string().max(64).optional(),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(1000).default(200),
    }),
    response: z.object({ items: z.array(OutboxItem), matching: z.int(), counts: OutboxCounts }),
  },
  /** One order with its objects, one page of them. */
  'outbox.item': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: one.extend({ offset: z.int().min(0).default(0), limit: z.int().min(1).max(5000).default(1000) }),
    response: itemAnswer.extend({ objects: z.array(OutboxObject), total: z.int() }),
  },
  /** Dead letters and waiting objects of the item are tried at once; also asks its archive again. */
  'outbox.retry': { servedBy: 'services', roles: changers, request: one, response: itemAnswer },
  /** What is not sent yet is not sent any more; what is sent stays sent. */
  'outbox.cancel': { servedBy: 'services', roles: changers, request: because, response: itemAnswer },
  'outbox.hold': { servedBy: 'services', roles: changers, request: because, response: itemAnswer },
  'outbox.release': { servedBy: 'services', roles: changers, request: because, response: itemAnswer },
  /** Ends the pause or the hold of an archive: it is asked at once. */
  'outbox.retryNode': { servedBy: 'services', roles: changers, request: z.object({ node: z.string().min(1).max(64) }), response: nothing },
  /** Writes the dead letters of an item as Part 10 files and a list with the reasons into a new folder below `folder`. */
  'outbox.export': {
    servedBy: 'services',
    roles: changers,
    timeoutMs: 600_000,
    request: one.extend({ folder: z.string().min(1).max(4096) }),
    response: z.object({ folder: z.string(), exported: z.int() }),
  },
  'archive.states': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: z.object({ archives: z.array(ArchiveState) }) },
} as const satisfies Record<string, CallShape>;
