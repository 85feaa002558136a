import { describe, expect, it } from 'vitest';
import type { Actor } from '@shared/contract';
import { createPortBroker } from '../../../electron/main/port-broker';
import type { ServicesProcess, ServicesState } from '../../../electron/main/services-process';
import { channelMain, collectingLog, FakeContents } from './fakes';

interface Handed {
  readonly port: string;
  readonly actor: Actor;
}

function rig(initial: ServicesState) {
  let state = initial;
  const listeners = new Set<(state: ServicesState) => void>();
  const handed: Handed[] = [];
  const services: ServicesProcess = {
    start: () => undefined,
    stop: () => Promise.resolve(),
    get state() {
      return state;
    },
    handOver: ({ port, actor }) => (handed.push({ port, actor }), true),
    send: () => undefined,
    onMessage: () => () => undefined,
    onState: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
  };
  const log = collectingLog();
  const broker = createPortBroker({
    services,
    channel: channelMain,
    actorOf: (contents) => ({ user: 'reader', roles: ['radiologist'], windowId: contents.id }),
    isOwnSender: (event) => event.sender.id < 100,
    log,
  });
  const change = (next: ServicesState): void => {
    state = next;
    for (const listener of listeners) listener(next);
  };
  return { broker, change, handed, log };
}

const node = { aeTitle: 'A', host: '127.0.0.1', listening: true, addresses: [], associations: 0 };
const running: ServicesState = { kind: 'running', node };
const from = (contents: FakeContents) => ({ sender: contents.asWebContents() }) as never;
const kinds = (contents: FakeContents) => contents.sent.map(({ message }) => (message as { alternator: string }).alternator);

describe('the broker of ports', () => {
  it('hands a page that listens one port, its actor bound by main', () => {
    const { broker, handed } = rig(running);
    const page = new FakeContents(1);
    broker.connect(from(page));
    expect(handed).toEqual([{ port: 'contract', actor: { user: 'reader', roles: ['radiologist'], windowId: 1 } }]);
    expect(kinds(page)).toEqual(['services-port']);
    expect(page.sent[0]?.ports).toHaveLength(1);
  });

  it('hands nothing to a foreign sender', () => {
    const { broker, handed, log } = rig(running);
    const page = new FakeContents(100);
    broker.connect(from(page));
    broker.pixelPorts(from(page), { requestId: 1, count: 1 });
    expect([handed, page.sent]).toEqual([[], []]);
    expect(log.lines).toHaveLength(2);
  });

  it('gives every page a new port after a restart, and tells of the restart first', () => {
    const { broker, change } = rig(running);
    const pages = [new FakeContents(1), new FakeContents(2)];
    for (const page of pages) broker.connect(from(page));
    change({ kind: 'restarting', attempt: 1, delayMs: 100 });
    change({ kind: 'starting', attempt: 1 });
    change(running);
    for (const page of pages) expect(kinds(page)).toEqual(['services-port', 'services-state', 'services-port']);
  });

  it('gives a page that came before the services its port when they have started, and none to one that is gone', () => {
    const { broker, change } = rig({ kind: 'starting', attempt: 0 });
    const [page, gone] = [new FakeContents(1), new FakeContents(2)];
    broker.connect(from(page));
    broker.connect(from(gone));
    broker.forget(gone.asWebContents());
    change(running);
    expect(kinds(page)).toEqual(['services-port']);
    expect(gone.sent).toEqual([]);
  });

  it('hands out as many pixel ports as were asked for, under the request id', () => {
    const { broker, handed } = rig(running);
    const page = new FakeContents(1);
    broker.pixelPorts(from(page), { requestId: 7, count: 3 });
    expect(handed.map(({ port }) => port)).toEqual(['pixel', 'pixel', 'pixel']);
    expect(page.sent[0]).toMatchObject({ message: { alternator: 'pixel-ports', requestId: 7 } });
    expect(page.sent[0]?.ports).toHaveLength(3);
  });

  it('says so when there are no pixel ports to be had, and drops requests that do not parse', () => {
    const { broker } = rig({ kind: 'restarting', attempt: 1, delayMs: 1 });
    const page = new FakeContents(1);
    broker.pixelPorts(from(page), { requestId: 7, count: 1 });
    expect(page.sent[0]?.message).toMatchObject({ requestId: 7, problem: 'the services are not running' });
    for (const request of [undefined, {}, { requestId: 1, count: 0 }, { requestId: 1, count: 1e6 }, { requestId: 'a', count: 1 }]) {
      broker.pixelPorts(from(page), request);
    }
    expect(page.sent).toHaveLength(1);
  });

  it('keeps events for the first page when none is connected yet', () => {
    const { broker } = rig(running);
    broker.emit('app.openStudy', { StudyInstanceUID: '1.2' });
    const page = new FakeContents(1);
    broker.connect(from(page));
    expect(kinds(page)).toEqual(['services-port', 'event']);
    const later = new FakeContents(2);
    broker.connect(from(later));
    expect(kinds(later)).toEqual(['services-port']);
  });

  it('tells a page why the services cannot start', () => {
    const { broker } = rig({ kind: 'failed', message: 'the folder is read-only' });
    const page = new FakeContents(1);
    broker.connect(from(page));
    expect(page.sent.map(({ message }) => message)).toMatchObject([
      { alternator: 'services-state', state: 'failed' },
      { alternator: 'event', event: 'station.notice', payload: { level: 'danger', text: 'the folder is read-only' } },
    ]);
  });
});
