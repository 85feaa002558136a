import {
  type Actor,
  CallError,
  type Channel,
  type ContractClient,
  createClient,
  type Handlers,
  MAX_RUNNING_CALLS,
  type ServedChannel,
  serveChannel,
} from '@shared/contract';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { emptyServices, someone, someStudy, transports } from './doubles';

interface Pair {
  readonly client: ContractClient;
  readonly served: ServedChannel;
  readonly reports: string[];
  readonly dropped: string[];
}

const codeOf = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    (error: unknown) => (error instanceof CallError ? error.code : String(error)),
  );
const never = () => new Promise<never>(() => undefined);

for (const { name, open } of transports) {
  describe(`calls and events over ${name}`, () => {
    const closing: (() => void)[] = [];
    afterEach(() => {
      for (const close of closing.splice(0)) close();
    });

    function pair(handlers: Partial<Handlers<'services'>> = {}, actor: Actor = someone, audit?: Parameters<typeof serveChannel>[2]['audit']): Pair {
      const [here, there] = open();
      const reports: string[] = [];
      const dropped: string[] = [];
      const served = serveChannel(there, actor, {
        side: 'services',
        handlers: emptyServices(handlers),
        report: (text) => reports.push(text),
        ...(audit === undefined ? {} : { audit }),
      });
      const client = createClient(here, (text) => dropped.push(text));
      closing.push(() => (client.close(), served.close()));
      return { client, served, reports, dropped };
    }

    function rawServer(): { client: ContractClient; there: Channel; dropped: string[]; received: unknown[] } {
      const [here, there] = open();
      const received: unknown[] = [];
      const dropped: string[] = [];
      there.onMessage((message) => received.push(message));
      const client = createClient(here, (text) => dropped.push(text));
      closing.push(() => (client.close(), there.close()));
      return { client, there, dropped, received };
    }

    it('carries error code, message, details and DIMSE status of a handler to the caller', async () => {
      const { client } = pair({
        'node.echo': () => {
          throw new CallError('unavailable', 'no answer', { details: 'refused', dimseStatus: 0x0122 });
        },
      });
      await expect(client.call('node.echo', { aeTitle: 'A', host: 'h', port: 104 })).rejects.toMatchObject({
        code: 'unavailable',
        message: 'no answer',
        details: 'refused',
        dimseStatus: 0x0122,
      });
    });

    it('answers internal when a handler fails unexpectedly, and reports it', async () => {
      const { client, reports } = pair({ 'job.list': () => Promise.reject(new Error('boom')) });
      expect(await codeOf(client.call('job.list', {}))).toBe('internal');
      expect(reports).toEqual(['job.list failed']);
    });

    it('answers internal when the answer of a handler does not fit the contract', async () => {
      const { client, reports } = pair({ 'job.list': () => ({ jobs: 'none' }) as never });
      expect(await codeOf(client.call('job.list', {}))).toBe('internal');
      expect(reports).toHaveLength(1);
    });

    it('keeps fields that the contract does not know from leaving', async () => {
      const { client } = pair({ 'settings.set': () => ({ secret: 'x' }) as never });
      expect(await client.call('settings.set', { name: 'session', value: 1 })).toEqual({});
    });

    it('denies an actor without a role before the request is parsed, and audits it', async () => {
      const audited: unknown[] = [];
      const { client } = pair({}, { user: 'nobody', roles: [] as never }, (entry) => audited.push(entry.outcome));
      expect(await codeOf(client.call('job.list', {}))).toBe('denied');
      expect(await codeOf(client.call('study.get', { StudyInstanceUID: 'not a uid' }))).toBe('denied');
      expect(audited).toEqual(['denied', 'denied']);
    });

    it('hands the bound actor and the parsed request to handler and audit', async () => {
      const audit = vi.fn();
      const handler = vi.fn(() => ({ jobId: 'j' as never }));
      const { client } = pair({ 'import.start': handler }, someone, audit);
      await client.call('import.start', { paths: ['/a'], user: 'somebody else' } as never);
      expect(handler).toHaveBeenCalledWith({ paths: ['/a'] }, expect.objectContaining({ actor: someone }));
      expect(audit).toHaveBeenCalledWith({ actor: someone, name: 'import.start', request: { paths: ['/a'] }, outcome: 'allowed' });
    });

    it('gives up after the time-out and tells the serving side, whose signal aborts', async () => {
      let signal: AbortSignal | undefined;
      const { client } = pair({ 'job.list': (_request, context) => ((signal = context.signal), never()) });
      expect(await codeOf(client.call('job.list', {}, { timeoutMs: 20 }))).toBe('timeout');
      await vi.waitFor(() => expect(signal?.aborted).toBe(true));
    });

    it('settles a call cancelled by the caller even when its handler does not look at the signal', async () => {
      const { client, reports } = pair({ 'job.list': never });
      const controller = new AbortController();
      const call = codeOf(client.call('job.list', {}, { signal: controller.signal }));
      controller.abort();
      expect(await call).toBe('cancelled');
      expect(reports).toEqual([]);
    });

    it('does not send a call whose signal is aborted already', async () => {
      const handler = vi.fn(() => ({ jobs: [] }));
      const { client } = pair({ 'job.list': handler });
      expect(await codeOf(client.call('job.list', {}, { signal: AbortSignal.abort() }))).toBe('cancelled');
      await client.call('node.status', {});
      expect(handler).not.toHaveBeenCalled();
    });

    it('fails pending calls with disconnected when the serving side closes, aborts its handlers, and fails later calls at once', async () => {
      let signal: AbortSignal | undefined;
      const { client, served } = pair({ 'job.list': (_request, context) => ((signal = context.signal), never()) });
      const closed = vi.fn();
      client.onClose(closed);
      const call = codeOf(client.call('job.list', {}));
      await client.call('node.status', {});
      served.close();
      expect(await call).toBe('disconnected');
      expect(signal?.aborted).toBe(true);
      expect(closed).toHaveBeenCalledTimes(1);
      expect(await codeOf(client.call('job.list', {}))).toBe('disconnected');
    });

    it('aborts running handlers when the caller goes away', async () => {
      let signal: AbortSignal | undefined;
      const { client } = pair({ 'job.list': (_request, context) => ((signal = context.signal), never()) });
      const call = codeOf(client.call('job.list', {}));
      await client.call('node.status', {});
      client.close();
      expect(await call).toBe('disconnected');
      await vi.waitFor(() => expect(signal?.aborted).toBe(true));
    });

    it('answers a reused id of a running call once only', async () => {
      const [here, there] = open();
      let release: (value: { jobs: [] }) => void = () => undefined;
      const reports: string[] = [];
      const served = serveChannel(there, someone, {
        side: 'services',
        handlers: emptyServices({ 'job.list': () => new Promise((resolve) => (release = resolve)) }),
        report: (text) => reports.push(text),
      });
      closing.push(() => (here.close(), served.close()));
      const replies: unknown[] = [];
      here.onMessage((message) => replies.push(message));
      here.post({ id: 5, name: 'job.list', request: {} });
      here.post({ id: 5, name: 'node.status', request: {} });
      here.post({ id: 6, name: 'node.status', request: {} });
      await vi.waitFor(() => expect(replies).toHaveLength(1));
      release({ jobs: [] });
      await vi.waitFor(() => expect(replies).toHaveLength(2));
      expect(replies).toMatchObject([{ id: 6 }, { id: 5, value: { jobs: [] } }]);
      expect(reports).toHaveLength(1);
    });

    it('answers busy beyond the number of calls that one channel may have running', async () => {
      const { client } = pair({ 'job.list': never });
      const running = Array.from({ length: MAX_RUNNING_CALLS }, () => codeOf(client.call('job.list', {}, { timeoutMs: 0 })));
      expect(await codeOf(client.call('job.list', {}))).toBe('busy');
      client.close();
      expect(new Set(await Promise.all(running))).toEqual(new Set(['disconnected']));
    });

    it('delivers events in order to those who listen, and not after they stopped', async () => {
      const { client, served } = pair();
      const seen: string[] = [];
      const off = client.on('study.removed', ({ StudyInstanceUID }) => seen.push(StudyInstanceUID));
      served.emit('study.removed', { StudyInstanceUID: someStudy });
      await client.call('node.status', {});
      off();
      served.emit('study.removed', { StudyInstanceUID: someStudy });
      await client.call('node.status', {});
      expect(seen).toEqual(['1.2.3']);
    });

    it('tells of a gap when events were missed, also before the first one', async () => {
      const { client, there } = rawServer();
      const gaps = vi.fn();
      client.onGap(gaps);
      const payload = { StudyInstanceUID: '1.2.3' };
      there.post({ event: 'study.removed', payload, seq: 0 });
      there.post({ event: 'study.removed', payload, seq: 1 });
      await vi.waitFor(() => expect(gaps).not.toHaveBeenCalled());
      there.post({ event: 'study.removed', payload, seq: 3 });
      await vi.waitFor(() => expect(gaps).toHaveBeenCalledTimes(1));
      const late = rawServer();
      const lateGaps = vi.fn();
      late.client.onGap(lateGaps);
      late.there.post({ event: 'study.removed', payload, seq: 7 });
      await vi.waitFor(() => expect(lateGaps).toHaveBeenCalledTimes(1));
    });

    it('drops unknown events, events that do not parse, and messages that are nothing, with a report', async () => {
      const { client, there, dropped } = rawServer();
      const heard = vi.fn();
      client.on('study.removed', heard);
      there.post({ event: '__proto__', payload: {}, seq: 0 });
      there.post({ event: 'study.removed', payload: { StudyInstanceUID: 'x/y' }, seq: 1 });
      there.post('noise');
      await vi.waitFor(() => expect(dropped).toHaveLength(3));
      expect(heard).not.toHaveBeenCalled();
    });

    it('rejects an answer that does not fit the contract instead of handing it on', async () => {
      const { client, there, received } = rawServer();
      const call = codeOf(client.call('job.list', {}));
      await vi.waitFor(() => expect(received).toHaveLength(1));
      there.post({ id: (received[0] as { id: number }).id, ok: true, value: { jobs: 7 } });
      expect(await call).toBe('internal');
    });

    it('treats an answer with an error code out of the list as no answer', async () => {
      const { client, there, received, dropped } = rawServer();
      const call = codeOf(client.call('job.list', {}, { timeoutMs: 300 }));
      await vi.waitFor(() => expect(received).toHaveLength(1));
      there.post({ id: (received[0] as { id: number }).id, ok: false, error: { code: 'oops', message: 'x' } });
      expect(await call).toBe('timeout');
      expect(dropped).toHaveLength(1);
    });

    it('fails a request that cannot be cloned without hurting the channel', async () => {
      const { client } = pair();
      expect(await codeOf(client.call('settings.set', { name: 'session', value: () => undefined }))).toBe('badRequest');
      expect(await codeOf(client.call('node.status', {}))).toBe('answered');
    });
  });
}
