import type { Actor } from './actor';
import { type CallName, type CallResponse, calls, type ParsedRequest, type ServedBy } from './calls';
import type { Channel } from './channel';
import { Incoming } from './envelope';
import { CallError } from './errors';
import type { EventName, EventPayload } from './events';

export interface CallContext {
  readonly actor: Actor;
  readonly signal: AbortSignal;
}

export type Handlers<S extends 'services' | 'main'> = {
  readonly [N in ServedBy<S>]: (request: ParsedRequest<N>, context: CallContext) => Promise<CallResponse<N>> | CallResponse<N>;
};

export interface ServeOptions<S extends 'services' | 'main'> {
  readonly side: S;
  readonly handlers: Handlers<S>;
  /** Every call that passed its checks, and every denied one: the one place where audit hooks in. */
  readonly audit?: (entry: { actor: Actor; name: CallName; request: unknown; outcome: 'allowed' | 'denied' }) => void;
  /** Faults of our own: unexpected exceptions of handlers, answers that do not fit the contract. */
  readonly report: (text: string, error?: unknown) => void;
}

/** Calls that one channel may have running; more are answered `busy`. */
export const MAX_RUNNING_CALLS = 500;

export interface ServedChannel {
  emit<N extends EventName>(event: N, payload: EventPayload<N>): void;
  readonly actor: Actor;
  close(): void;
}

/**
 * Serves one side of the contract on a channel to which an actor is bound. Requests are parsed here and fail closed;
 * whatever a handler does, the call is answered exactly once.
 */
export function serveChannel<S extends 'services' | 'main'>(channel: Channel, actor: Actor, options: ServeOptions<S>): ServedChannel {
  const running = new Map<number, AbortController>();
  let seq = 0;
  let closed = false;

  const offMessage = channel.onMessage((raw) => {
    const parsed = Incoming.safeParse(raw);
    if (!parsed.success) {
      options.report('dropped a message that is neither call nor cancel');
      return;
    }
    if ('cancel' in parsed.data) {
      running.get(parsed.data.cancel)?.abort(new CallError('cancelled', 'cancelled by the caller'));
      return;
    }
    const { id, name, request } = parsed.data;
    if (running.has(id)) {
      options.report('dropped a call that reuses the id of a running one');
      return;
    }
    if (running.size >= MAX_RUNNING_CALLS) {
      channel.post({ id, ok: false, error: new CallError('busy', `more than ${MAX_RUNNING_CALLS} calls are running`).toWire() });
      return;
    }
    const controller = new AbortController();
    running.set(id, controller);
    void answerCall(options, actor, name, request, controller.signal).then((reply) => {
      running.delete(id);
      if (!closed) channel.post({ id, ...reply });
    });
  });
  const offClose = channel.onClose(end);

  function end(): void {
    if (closed) return;
    closed = true;
    offMessage();
    offClose();
    for (const controller of running.values()) controller.abort(new CallError('disconnected', 'the caller went away'));
  }

  return {
    actor,
    emit(event, payload) {
      if (!closed) channel.post({ event, payload, seq: seq++ });
    },
    close() {
      end();
      channel.close();
    },
  };
}

type Answer = { ok: true; value: unknown } | { ok: false; error: ReturnType<CallError['toWire']> };

/** One call, from raw name and request to its answer. Never throws. */
export async function answerCall<S extends 'services' | 'main'>(
  options: ServeOptions<S>,
  actor: Actor,
  name: string,
  request: unknown,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const known = knownCall(name, options.side);
    const shape = calls[known];
    if (!shape.roles.some((role) => actor.roles.includes(role))) {
      options.audit?.({ actor, name: known, request: undefined, outcome: 'denied' });
      throw new CallError('denied', `${known} is not allowed for this role`);
    }
    const parsed = shape.request.safeParse(request);
    if (!parsed.success) throw new CallError('badRequest', `the request of ${known} does not parse`, { details: parsed.error.message });
    options.audit?.({ actor, name: known, request: parsed.data, outcome: 'allowed' });
    const handlers = options.handlers as unknown as Record<string, (request: unknown, context: CallContext) => unknown>;
    const handler = handlers[known];
    if (handler === undefined) throw new CallError('unavailable', `${known} is not served`);
    const value = await settledOrAborted(async () => handler(parsed.data, { actor, signal }), signal);
    const response = shape.response.safeParse(value);
    if (!response.success) {
      options.report(`the answer of ${known} does not fit the contract`, response.error);
      throw new CallError('internal', `the answer of ${known} does not fit the contract`);
    }
    return { ok: true, value: response.data };
  } catch (error) {
    if (error instanceof CallError) return { ok: false, error: error.toWire() };
    if (signal.aborted) return { ok: false, error: new CallError('cancelled', 'cancelled').toWire() };
    options.report(`${name.slice(0, 40)} failed`, error);
    return { ok: false, error: new CallError('internal', error instanceof Error ? error.message : 'unexpected failure').toWire() };
  }
}

/** A handler that does not look at its signal must not keep the caller waiting: a cancelled call is answered at once. */
async function settledOrAborted(work: () => Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason instanceof CallError ? signal.reason : new CallError('cancelled', 'cancelled'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function knownCall(name: string, side: 'services' | 'main'): CallName {
  if (!Object.hasOwn(calls, name) || calls[name as CallName].servedBy !== side) throw new CallError('badRequest', `no such call: ${name.slice(0, 40)}`);
  return name as CallName;
}
