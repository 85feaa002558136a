import { MessageChannel } from 'node:worker_threads';
import { CallError, channelOfEventPort, type Handlers, type HostBridge, type HostMessage, type ServedChannel, serveChannel } from '@shared/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHostConnection, type HostConnection } from '../../../renderer/host';
import { emptyServices, someone, someStudy } from '../../contract/doubles';

/** Stands for preload and main: hands out ports to services that the test starts and kills. */
class FakeHost {
  private listener: (message: HostMessage, ports: readonly MessagePort[]) => void = () => undefined;
  readonly served: ServedChannel[] = [];
  readonly pixelRequests: { requestId: number; count: number }[] = [];
  readonly reports: string[] = [];
  connects = 0;
  mainAnswer: (name: string, request: unknown) => Promise<unknown> = () => Promise.resolve({ ok: true, value: {} });
  private readonly ports: { close(): void }[] = [];

  readonly bridge: HostBridge = {
    call: (name, request) => this.mainAnswer(name, request),
    connect: () => void this.connects++,
    requestPixelPorts: (requestId, count) => void this.pixelRequests.push({ requestId, count }),
    pathForFile: () => '/chosen',
  };

  open(): HostConnection {
    return createHostConnection({
      bridge: this.bridge,
      onHostMessage: (listener) => ((this.listener = listener), () => (this.listener = () => undefined)),
      report: (text) => this.reports.push(text),
    });
  }

  startServices(handlers: Partial<Handlers<'services'>> = {}): void {
    const { port1, port2 } = new MessageChannel();
    this.ports.push(port1, port2);
    this.served.push(serveChannel(channelOfEventPort(port1), someone, { side: 'services', handlers: emptyServices(handlers), report: () => undefined }));
    this.tell({ alternator: 'services-port' }, [port2 as unknown as MessagePort]);
  }

  killServices(): void {
    this.served.pop()?.close();
    this.tell({ alternator: 'services-state', state: 'restarting', attempt: 1 });
  }

  tell(message: HostMessage, ports: readonly MessagePort[] = []): void {
    this.listener(message, ports);
  }

  end(): void {
    for (const channel of this.served) channel.close();
    for (const port of this.ports) port.close();
  }
}

const codeOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    (error: unknown) => (error instanceof CallError ? error.code : String(error)),
  );
const never = () => new Promise<never>(() => undefined);

describe("the page's connection", () => {
  let host: FakeHost;
  let connection: HostConnection;
  beforeEach(() => {
    host = new FakeHost();
    connection = host.open();
  });
  afterEach(() => {
    connection.close();
    host.end();
  });

  it('asks for its port once, and lets calls wait until it has come', async () => {
    expect([host.connects, connection.state]).toEqual([1, 'connecting']);
    const call = connection.call('node.status', {});
    host.startServices();
    expect(await call).toMatchObject({ aeTitle: 'TEST' });
    expect(connection.state).toBe('ready');
  });

  it('lets no call wait longer than its time-out or its signal', async () => {
    expect(await codeOf(connection.call('node.status', {}, { timeoutMs: 20 }))).toBe('timeout');
    const controller = new AbortController();
    const call = codeOf(connection.call('node.status', {}, { signal: controller.signal }));
    controller.abort();
    expect(await call).toBe('cancelled');
  });

  it('asks idempotent calls again after a restart and fails the others as disconnected', async () => {
    host.startServices({ 'job.list': never, 'index.rebuild': never });
    const idempotent = connection.call('job.list', {});
    const other = codeOf(connection.call('index.rebuild', {}));
    await connection.call('node.status', {});
    host.killServices();
    expect(await other).toBe('disconnected');
    expect(connection.state).toBe('restarting');
    host.startServices();
    expect(await idempotent).toEqual({ jobs: [] });
  });

  it('keeps subscriptions over a restart and tells once that what is shown may be stale', async () => {
    const [seen, reconnected, states] = [vi.fn(), vi.fn(), vi.fn()];
    connection.on('study.removed', seen);
    connection.onReconnected(reconnected);
    connection.onState(states);
    host.startServices();
    expect(reconnected).not.toHaveBeenCalled();
    host.killServices();
    host.startServices();
    expect(reconnected).toHaveBeenCalledTimes(1);
    host.served.at(-1)?.emit('study.removed', { StudyInstanceUID: someStudy });
    await vi.waitFor(() => expect(seen).toHaveBeenCalledTimes(1));
    expect(states.mock.calls.flat()).toEqual(['ready', 'restarting', 'ready']);
  });

  it('notices by the port alone that the services are gone', async () => {
    host.startServices();
    host.served.pop()?.close();
    await vi.waitFor(() => expect(connection.state).toBe('restarting'));
  });

  it('fails calls at once when the services cannot start', async () => {
    const waiting = codeOf(connection.call('node.status', {}));
    host.tell({ alternator: 'services-state', state: 'failed', attempt: 0 });
    expect(await waiting).toBe('unavailable');
    expect(await codeOf(connection.call('node.status', {}))).toBe('unavailable');
  });

  it('sends calls of main over the bridge, judges their answers, and needs no services for them', async () => {
    const info = {
      app: '1',
      electron: '1',
      chromium: '1',
      node: '1',
      dataDir: '/d',
      developmentRuntime: false,
      platform: 'linux',
      locale: 'en',
      openPaths: false,
      screenshot: false,
      memoryBytes: 8 * 2 ** 30,
    };
    host.mainAnswer = () => Promise.resolve({ ok: true, value: info });
    expect(await connection.call('app.info', {})).toEqual(info);
    host.mainAnswer = () => Promise.resolve({ ok: true, value: { app: 1 } });
    expect(await codeOf(connection.call('app.info', {}))).toBe('internal');
    host.mainAnswer = () => Promise.resolve({ ok: false, error: { code: 'denied', message: 'no' } });
    expect(await codeOf(connection.call('app.info', {}))).toBe('denied');
    for (const odd of [undefined, 'x', { ok: false }, { ok: false, error: { code: 'odd', message: 'x' } }]) {
      host.mainAnswer = () => Promise.resolve(odd);
      expect(await codeOf(connection.call('app.info', {}))).toBe('internal');
    }
    host.mainAnswer = never;
    expect(await codeOf(connection.call('app.info', {}, { timeoutMs: 20 }))).toBe('timeout');
  });

  it('keeps an event of main for the first who listens, and drops what does not parse', () => {
    host.tell({ alternator: 'event', event: 'app.openStudy', payload: { StudyInstanceUID: '1.2.3' } });
    host.tell({ alternator: 'event', event: '__proto__', payload: {} });
    host.tell({ alternator: 'event', event: 'app.openStudy', payload: { StudyInstanceUID: '/' } });
    const [first, second] = [vi.fn(), vi.fn()];
    connection.on('app.openStudy', first);
    connection.on('app.openStudy', second);
    expect(first.mock.calls).toEqual([[{ StudyInstanceUID: '1.2.3' }]]);
    expect(second).not.toHaveBeenCalled();
    expect(host.reports).toHaveLength(2);
  });

  it('hands out as many pixel ports as were asked for', async () => {
    host.startServices();
    const wanted = connection.pixelPorts(2);
    await vi.waitFor(() => expect(host.pixelRequests).toHaveLength(1));
    const ports = [new MessageChannel().port1, new MessageChannel().port1] as unknown as MessagePort[];
    host.tell({ alternator: 'pixel-ports', requestId: host.pixelRequests[0]?.requestId ?? 0 }, ports);
    expect(await wanted).toEqual(ports);
    for (const port of ports) port.close();
  });

  it('fails a request for pixel ports when there are too many, a problem, or a restart in between', async () => {
    expect(await codeOf(connection.pixelPorts(17))).toBe('badRequest');
    host.startServices();
    const refused = codeOf(connection.pixelPorts(1));
    await vi.waitFor(() => expect(host.pixelRequests).toHaveLength(1));
    host.tell({ alternator: 'pixel-ports', requestId: host.pixelRequests[0]?.requestId ?? 0, problem: 'not running' });
    expect(await refused).toBe('unavailable');
    const interrupted = codeOf(connection.pixelPorts(1));
    await vi.waitFor(() => expect(host.pixelRequests).toHaveLength(2));
    host.killServices();
    expect(await interrupted).toBe('unavailable');
  });

  it('fails what still waits when it is closed, and listens no more', async () => {
    const call = codeOf(connection.call('node.status', {}));
    connection.close();
    expect(await call).toBe('disconnected');
    host.startServices();
    expect(connection.state).toBe('connecting');
  });
});
