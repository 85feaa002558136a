import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { MessagePortMain, UtilityProcess, WebContents } from 'electron';
import type { MainLog } from '../../../electron/main/main-log';
import type { StartOptions, ToServices } from '@shared/contract';

export const startOptions: StartOptions = {
  dataDir: '/data',
  aeTitle: 'TEST',
  dicomHost: '127.0.0.1',
  dicomPort: 0,
  accept: [],
  allowQuery: [],
  tls: undefined,
  demo: false,
  rebuildIndex: true,
  workersDir: '/dist/services',
};

export function collectingLog(): MainLog & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (_fields: unknown, text: string): void => void lines.push(text);
  return { lines, info: write, warn: write, error: write };
}

/** Stands for a utility process: what main posts is kept, what it would say is emitted by the test. */
export class FakeProcess extends EventEmitter {
  readonly posted: { message: ToServices; ports: readonly MessagePortMain[] }[] = [];
  readonly stdout = null;
  readonly stderr = null;
  killed = false;

  postMessage(message: ToServices, ports: readonly MessagePortMain[] = []): void {
    this.posted.push({ message, ports });
  }

  kill(): boolean {
    this.killed = true;
    this.emit('exit', 15);
    return true;
  }

  asUtilityProcess(): UtilityProcess {
    return this as unknown as UtilityProcess;
  }

  started(port: number): void {
    this.emit('message', { kind: 'started', node: { aeTitle: 'TEST', host: '127.0.0.1', port, listening: true, addresses: [], associations: 0 } });
  }
}

/** A port of worker_threads in the shape of Electron's MessagePortMain. */
export function portMain(port: MessagePort): MessagePortMain {
  const emitter = new EventEmitter();
  port.on('message', (data: unknown) => emitter.emit('message', { data, ports: [] }));
  port.on('close', () => emitter.emit('close'));
  const main = {
    postMessage: (message: unknown) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
    on: (event: string, listener: (...args: unknown[]) => void) => emitter.on(event, listener),
    off: (event: string, listener: (...args: unknown[]) => void) => emitter.off(event, listener),
  };
  return main as unknown as MessagePortMain;
}

export function channelMain(): { port1: MessagePortMain; port2: MessagePortMain } {
  const { port1, port2 } = new MessageChannel();
  return { port1: portMain(port1), port2: portMain(port2) };
}

/** A window's contents that keeps what its top frame was sent. */
export class FakeContents extends EventEmitter {
  readonly sent: { message: unknown; ports: readonly MessagePortMain[] }[] = [];
  openHandler: (() => { action: string }) | undefined;
  readonly mainFrame = {
    postMessage: (_channel: string, message: unknown, ports: readonly MessagePortMain[]) => this.sent.push({ message, ports }),
  };

  constructor(readonly id: number) {
    super();
  }

  isDestroyed(): boolean {
    return false;
  }

  setWindowOpenHandler(handler: () => { action: string }): void {
    this.openHandler = handler;
  }

  asWebContents(): WebContents {
    return this as unknown as WebContents;
  }
}
