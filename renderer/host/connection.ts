import {
  CallError,
  type CallName,
  type CallOptions,
  type CallRequest,
  type CallResponse,
  calls,
  channelOfEventPort,
  type ContractClient,
  createClient,
  type EventName,
  events,
  type HostBridge,
  type HostMessage,
  isIdempotent,
  MAX_PIXEL_PORTS,
  servedBy,
  timeoutOf,
  WireError,
} from '@shared/contract';
import { type Emitter, emitter } from './emitter';
import type { HostConnection, HostState } from './types';

/** What the connection needs of its surroundings: the page's window in production, stand-ins in tests. */
export interface HostSurroundings {
  readonly bridge: HostBridge;
  /** Messages of the preload, with their ports. Returns the unsubscriber. */
  onHostMessage(listener: (message: HostMessage, ports: readonly MessagePort[]) => void): () => void;
  /** What could not be understood; for the console. */
  report(text: string): void;
}

/** Events of main that nobody listened for yet are kept for the first listener (the page is still being set up). */
const MAX_WAITING_EVENTS = 16;

/** Connects the page; ports come and go behind it, see HostConnection. */
export function createHostConnection({ bridge, onHostMessage, report }: HostSurroundings): HostConnection {
  const states = emitter<HostState>();
  const reconnects = emitter<void>();
  const closing = new AbortController();
  const subscriptions = new Map<EventName, Emitter<never>>();
  const waitingEvents: { name: EventName; payload: unknown }[] = [];
  const wantedPorts = new Map<number, (ports: readonly MessagePort[], problem: string | undefined) => void>();
  let state: HostState = 'connecting';
  let client: ContractClient | undefined;
  let connectedBefore = false;
  let nextRequestId = 1;

  const stopListening = onHostMessage((message, ports) => {
    switch (message.alternator) {
      case 'services-port':
        if (ports[0] !== undefined) attach(ports[0]);
        return;
      case 'services-state':
        detach(message.state);
        return;
      case 'pixel-ports':
        wantedPorts.get(message.requestId)?.(ports, message.problem);
        return;
      case 'event':
        deliverFromMain(message.event, message.payload);
    }
  });
  bridge.connect();

  function setState(next: HostState): void {
    if (state === next) return;
    state = next;
    states.emit(next);
  }

  function attach(port: MessagePort): void {
    client?.close();
    const attached = createClient(channelOfEventPort(port), report);
    client = attached;
    for (const name of Object.keys(events) as EventName[]) attached.on(name, (payload) => emit(name, payload));
    attached.onGap(() => reconnects.emit());
    attached.onClose(() => {
      if (client === attached) detach('restarting');
    });
    setState('ready');
    if (connectedBefore) reconnects.emit();
    connectedBefore = true;
  }

  function detach(next: HostState): void {
    const old = client;
    client = undefined;
    setState(next);
    old?.close();
    for (const settle of [...wantedPorts.values()]) settle([], 'the services are being restarted');
  }

  function emit(name: EventName, payload: unknown): void {
    (subscriptions.get(name) as Emitter<unknown> | undefined)?.emit(payload);
  }

  function deliverFromMain(name: string, payload: unknown): void {
    if (!Object.hasOwn(events, name)) return report(`dropped an unknown event: ${name.slice(0, 40)}`);
    const parsed = events[name as EventName].safeParse(payload);
    if (!parsed.success) return report(`dropped an event that does not parse: ${name}`);
    if ((subscriptions.get(name as EventName)?.size ?? 0) > 0) emit(name as EventName, parsed.data);
    else if (waitingEvents.length < MAX_WAITING_EVENTS) waitingEvents.push({ name: name as EventName, payload: parsed.data });
    else report(`dropped an event that nobody listens for: ${name}`);
  }

  /** Resolves with the client once there is one. */
  async function ready(deadline: AbortSignal): Promise<ContractClient> {
    while (client === undefined) {
      if (state === 'failed') throw new CallError('unavailable', 'the services cannot start');
      await new Promise<void>((resolve, reject) => {
        const fail = () => reject(deadline.reason instanceof CallError ? deadline.reason : new CallError('cancelled', 'cancelled'));
        if (deadline.aborted) return fail();
        const off = states.on(() => {
          deadline.removeEventListener('abort', fail);
          off();
          resolve();
        });
        deadline.addEventListener('abort', () => (off(), fail()), { once: true });
      });
    }
    return client;
  }

  async function callServices<N extends CallName>(name: N, request: CallRequest<N>, options: CallOptions): Promise<CallResponse<N>> {
    const timeoutMs = options.timeoutMs ?? timeoutOf(name);
    const deadline = deadlineOf(name, timeoutMs, [closing.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    try {
      for (;;) {
        const current = await ready(deadline.signal);
        try {
          return await current.call(name, request, { signal: deadline.signal, timeoutMs: 0 });
        } catch (error) {
          if (deadline.signal.aborted && deadline.signal.reason instanceof CallError) throw deadline.signal.reason;
          const lost = error instanceof CallError && error.code === 'disconnected';
          if (!lost || !isIdempotent(name)) throw error;
        }
      }
    } finally {
      deadline.dispose();
    }
  }

  async function callMain<N extends CallName>(name: N, request: CallRequest<N>, options: CallOptions): Promise<CallResponse<N>> {
    const deadline = deadlineOf(name, options.timeoutMs ?? timeoutOf(name), options.signal === undefined ? [] : [options.signal]);
    try {
      const answer = await abortable(bridge.call(name, request), deadline.signal);
      return parseAnswer(name, answer);
    } finally {
      deadline.dispose();
    }
  }

  return {
    get state() {
      return state;
    },
    onState: (listener) => states.on(listener),
    onReconnected: (listener) => reconnects.on(listener),
    call: (name, request, options = {}) => (servedBy(name) === 'main' ? callMain(name, request, options) : callServices(name, request, options)),
    on(event, listener) {
      const known = subscriptions.get(event) ?? emitter<never>();
      subscriptions.set(event, known);
      const off = known.on(listener);
      for (const waiting of waitingEvents.filter(({ name }) => name === event)) {
        waitingEvents.splice(waitingEvents.indexOf(waiting), 1);
        (listener as (payload: unknown) => void)(waiting.payload);
      }
      return off;
    },
    async pixelPorts(count) {
      if (!Number.isInteger(count) || count < 1 || count > MAX_PIXEL_PORTS) throw new CallError('badRequest', `1 to ${MAX_PIXEL_PORTS} pixel ports can be had`);
      const deadline = deadlineOf('pixel ports', timeoutOf('app.info'), [closing.signal]);
      try {
        await ready(deadline.signal);
        const requestId = nextRequestId++;
        const wanted = new Promise<readonly MessagePort[]>((resolve, reject) => {
          wantedPorts.set(requestId, (ports, problem) => {
            wantedPorts.delete(requestId);
            if (problem === undefined && ports.length === count) resolve(ports);
            else reject(new CallError('unavailable', problem ?? 'the pixel ports did not come'));
          });
          bridge.requestPixelPorts(requestId, count);
        });
        return [...(await abortable(wanted, deadline.signal))];
      } finally {
        deadline.dispose();
      }
    },
    pathForFile: (file) => bridge.pathForFile(file),
    close() {
      closing.abort(new CallError('disconnected', 'the connection was closed'));
      stopListening();
      const old = client;
      client = undefined;
      old?.close();
    },
  };
}

function parseAnswer<N extends CallName>(name: N, answer: unknown): CallResponse<N> {
  const reply = answer as { readonly ok?: unknown; readonly value?: unknown; readonly error?: unknown } | undefined;
  if (reply?.ok === true) {
    const value = calls[name].response.safeParse(reply.value);
    if (value.success) return value.data as CallResponse<N>;
    throw new CallError('internal', `the answer to ${name} does not fit the contract`, { details: value.error.message });
  }
  const error = WireError.safeParse(reply?.error);
  throw error.success ? CallError.fromWire(error.data) : new CallError('internal', `the answer to ${name} is no reply`);
}

interface Deadline {
  readonly signal: AbortSignal;
  dispose(): void;
}

/** One signal of a time-out (0 = none) and of other signals; its reason is a CallError. */
function deadlineOf(name: string, timeoutMs: number, others: readonly AbortSignal[]): Deadline {
  const controller = new AbortController();
  const timer =
    timeoutMs > 0 ? setTimeout(() => controller.abort(new CallError('timeout', `${name} was not answered within ${timeoutMs} ms`)), timeoutMs) : undefined;
  const listeners = others.map((signal) => {
    const onAbort = () => controller.abort(signal.reason instanceof CallError ? signal.reason : new CallError('cancelled', `${name} was cancelled`));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return () => signal.removeEventListener('abort', onAbort);
  });
  return {
    signal: controller.signal,
    dispose() {
      clearTimeout(timer);
      for (const off of listeners) off();
    },
  };
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(signal.reason as Error);
    if (signal.aborted) return fail();
    signal.addEventListener('abort', fail, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', fail));
  });
}
