import { z } from 'zod';
import { WireError } from './errors';

/** A call without a request is answered `badRequest`, not dropped. */
export const CallMessage = z.object({ id: z.int(), name: z.string(), request: z.unknown().optional() });
export const CancelMessage = z.object({ cancel: z.int() });
export const ReplyMessage = z.union([
  z.object({ id: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.object({ id: z.int(), ok: z.literal(false), error: WireError }),
]);
/** `seq` grows by one per event of a served channel: a gap means "ask for the state again". */
export const EventMessage = z.object({ event: z.string(), payload: z.unknown(), seq: z.int() });

export type CallMessage = z.infer<typeof CallMessage>;
export type CancelMessage = z.infer<typeof CancelMessage>;
export type ReplyMessage = z.infer<typeof ReplyMessage>;
export type EventMessage = z.infer<typeof EventMessage>;

export const Incoming = z.union([CallMessage, CancelMessage]);
export const Outgoing = z.union([ReplyMessage, EventMessage]);
