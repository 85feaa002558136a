import { type CallName, type CallRequest, type CallResponse, calls, timeoutOf } from './calls';
import type { Channel } from './channel';
import { Outgoing } from './envelope';
import { CallError } from './errors';
import { type EventName, type EventPayload, events } from './events';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** The calling side of the contract. Every call settles: value, error of the closed list, time-out, abort, or `disconnected`. */
export interface ContractClient {
  call<N extends CallName>(name: N, request: CallRequest<N>, options?: CallOptions): Promise<CallResponse<N>>;
  on<N extends EventName>(event: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** Events were missed (sequence gap): what is shown must be asked for again. */
  onGap(listener: () => void): () => void;
  onClose(listener: () => void): () => void;
  close(): void;
}

interface Pending {
  readonly name: CallName;
  settle(error: CallError | undefined, value: unknown): void;
}

/** Unknown or unparsable messages go to `report` and are dropped. */
export function createClient(channel: Channel, report: (text: string) => void): ContractClient {
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const gapListeners = new Set<() => void>();
  const closeListeners = new Set<() => void>();
  let nextId = 1;
  let lastSeq = -1; // the serving side counts from 0, and a port loses nothing that was posted before we listened
  let closed = false;

  const offMessage = channel.onMessage((raw) => {
    const parsed = Outgoing.safeParse(raw);
    if (!parsed.success) {
      report('dropped a message that is neither reply nor event');
      return;
    }
    const message = parsed.data;
    if ('event' in message) {
      if (message.seq !== lastSeq + 1) for (const listener of [...gapListeners]) listener();
      lastSeq = message.seq;
      dispatch(message.event, message.payload);
      return;
    }
    const call = pending.get(message.id);
    if (call === undefined) return; // cancelled or timed out: a late answer is nobody's
    if (message.ok) call.settle(undefined, message.value);
    else call.settle(CallError.fromWire(message.error), undefined);
  });
  const offClose = channel.onClose(finish);

  function dispatch(name: string, payload: unknown): void {
    if (!Object.hasOwn(events, name)) {
      report(`dropped an unknown event: ${name.slice(0, 40)}`);
      return;
    }
    const parsed = events[name as EventName].safeParse(payload);
    if (!parsed.success) {
      report(`dropped an event that does not parse: ${name}`);
      return;
    }
    for (const listener of [...(listeners.get(name) ?? [])]) listener(parsed.data as never);
  }

  function finish(): void {
    if (closed) return;
    closed = true;
    offMessage();
    offClose();
    for (const call of [...pending.values()]) call.settle(new CallError('disconnected', `the connection ended before ${call.name} was answered`), undefined);
    for (const listener of [...closeListeners]) listener();
  }

  return {
    call(name, request, options = {}) {
      return new Promise((resolve, reject) => {
        if (closed) {
          reject(new CallError('disconnected', `not connected: ${name}`));
          return;
        }
        const { signal } = options;
        if (signal?.aborted === true) {
          reject(new CallError('cancelled', `${name} was cancelled`));
          return;
        }
        const id = nextId++;
        const timeoutMs = options.timeoutMs ?? timeoutOf(name);
        const giveUp = (error: CallError) => {
          channel.post({ cancel: id });
          settle(error, undefined);
        };
        const onAbort = () => giveUp(new CallError('cancelled', `${name} was cancelled`));
        const timer =
          timeoutMs > 0 ? setTimeout(() => giveUp(new CallError('timeout', `${name} was not answered within ${timeoutMs} ms`)), timeoutMs) : undefined;
        const settle = (error: CallError | undefined, value: unknown) => {
          if (!pending.delete(id)) return;
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          if (error !== undefined) {
            reject(error);
            return;
          }
          const parsed = calls[name].response.safeParse(value);
          if (parsed.success) resolve(parsed.data as never);
          else reject(new CallError('internal', `the answer to ${name} does not fit the contract`, { details: parsed.error.message }));
        };
        pending.set(id, { name, settle });
        signal?.addEventListener('abort', onAbort, { once: true });
        try {
          channel.post({ id, name, request });
        } catch (error) {
          settle(new CallError('badRequest', `${name} cannot be sent`, { details: String(error) }), undefined);
        }
      });
    },
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
    onClose(listener) {
      closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
    close() {
      channel.close();
      finish();
    },
  };
}
