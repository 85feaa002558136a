import type { IpcMainEvent, MessagePortMain, WebContents } from 'electron';
import { type Actor, type HostChannels, type HostMessage, MAX_PIXEL_PORTS } from '@shared/contract';
import { z } from 'zod';
import type { MainLog } from './main-log';
import type { ServicesProcess, ServicesState } from './services-process';

export interface PortBrokerParts {
  readonly services: ServicesProcess;
  /** A new pair of ports: `new MessageChannelMain()`. */
  readonly channel: () => { readonly port1: MessagePortMain; readonly port2: MessagePortMain };
  /** Who sits at this window: bound to its ports here, never named by a page. */
  readonly actorOf: (contents: WebContents) => Actor;
  /** True only for the top frame of a window of ours on our own scheme. */
  readonly isOwnSender: (event: IpcMainEvent) => boolean;
  readonly log: MainLog;
}

export interface PortBroker {
  /** `host:connect`: the page listens; it gets a port now when the services run, and after each start of theirs. */
  connect(event: IpcMainEvent): void;
  /** `host:pixel-ports`: ports for decode workers. */
  pixelPorts(event: IpcMainEvent, request: unknown): void;
  /** Sends an event of main to every connected page; to those that connect first when there are none. */
  emit(event: string, payload: unknown): void;
  forget(contents: WebContents): void;
}

const MESSAGE: HostChannels['message'] = 'host:message';
const PixelPortsRequest = z.object({ requestId: z.int(), count: z.int().min(1).max(MAX_PIXEL_PORTS) });
const MAX_WAITING_EVENTS = 16;

/** Hands message ports that lead straight to the services to our pages; calls and pixels do not pass through main. */
export function createPortBroker({ services, channel, actorOf, isOwnSender, log }: PortBrokerParts): PortBroker {
  const connected = new Set<WebContents>();
  const waitingEvents: HostMessage[] = [];

  services.onState((state) => {
    for (const contents of connected) tell(contents, state);
  });

  function tell(contents: WebContents, state: ServicesState): void {
    if (contents.isDestroyed()) return;
    if (state.kind === 'running') handOverContractPort(contents);
    else if (state.kind === 'restarting') post(contents, { alternator: 'services-state', state: 'restarting', attempt: state.attempt });
    else if (state.kind === 'failed') {
      post(contents, { alternator: 'services-state', state: 'failed', attempt: 0 });
      post(contents, {
        alternator: 'event',
        event: 'station.notice',
        payload: { level: 'danger', text: state.message, key: 'services.failed' },
      });
    }
  }

  function handOverContractPort(contents: WebContents): void {
    const { port1, port2 } = channel();
    if (services.handOver({ kind: 'port', port: 'contract', actor: actorOf(contents) }, port1)) {
      post(contents, { alternator: 'services-port' }, [port2]);
    }
  }

  function post(contents: WebContents, message: HostMessage, ports: MessagePortMain[] = []): void {
    // To the top frame only: a frame inside it, if there ever is one, gets nothing.
    contents.mainFrame.postMessage(MESSAGE, message, ports);
  }

  return {
    connect(event) {
      if (!isOwnSender(event)) return log.warn({}, 'refused a port to a foreign sender');
      connected.add(event.sender);
      tell(event.sender, services.state);
      for (const message of waitingEvents.splice(0)) post(event.sender, message);
    },
    pixelPorts(event, raw) {
      if (!isOwnSender(event)) return log.warn({}, 'refused pixel ports to a foreign sender');
      const parsed = PixelPortsRequest.safeParse(raw);
      if (!parsed.success) return log.warn({}, 'dropped a request for pixel ports that does not parse');
      const { requestId, count } = parsed.data;
      const pairs = services.state.kind === 'running' ? Array.from({ length: count }, channel) : [];
      const actor = actorOf(event.sender);
      const handed = pairs.every(({ port1 }) => services.handOver({ kind: 'port', port: 'pixel', actor }, port1));
      if (pairs.length === count && handed)
        post(
          event.sender,
          { alternator: 'pixel-ports', requestId },
          pairs.map(({ port2 }) => port2),
        );
      else post(event.sender, { alternator: 'pixel-ports', requestId, problem: 'the services are not running' });
    },
    emit(event, payload) {
      const message: HostMessage = { alternator: 'event', event, payload };
      if (connected.size === 0 && waitingEvents.length < MAX_WAITING_EVENTS) waitingEvents.push(message);
      for (const contents of connected) if (!contents.isDestroyed()) post(contents, message);
    },
    forget(contents) {
      connected.delete(contents);
    },
  };
}
