import { type Actor, CallError, createClient, type Handlers, inProcessChannel, serveChannel } from '@shared/contract';
import { describe, expect, it } from 'vitest';

const reader: Actor = { user: 'reader', roles: ['radiologist'] };
const nobody = { user: 'auditor', roles: [] } as unknown as Actor;

/** A services side of which a test gives the handlers that it needs. */
function station(handlers: Partial<Handlers<'services'>>, actor: Actor = reader) {
  const [page, services] = inProcessChannel();
  const reports: string[] = [];
  const audited: string[] = [];
  const served = serveChannel<'services'>(services, actor, {
    side: 'services',
    handlers: handlers as Handlers<'services'>,
    audit: ({ name, outcome }) => audited.push(`${outcome} ${name}`),
    report: (text) => reports.push(text),
  });
  const dropped: string[] = [];
  const client = createClient(page, (text) => dropped.push(text));
  return { client, served, reports, dropped, audited, page, services };
}

const refused = async (promise: Promise<unknown>): Promise<CallError> => {
  const error: unknown = await promise.then(
    () => new Error('was answered'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CallError)) throw error;
  return error;
};

describe('a call', () => {
  it('is refused by role before its request is looked at, and the refusal is audited', async () => {
    const { client, audited } = station({ 'job.list': () => ({ jobs: [] }) }, nobody);
    expect((await refused(client.call('job.list', {}))).code).toBe('denied');
    expect(audited).toEqual(['denied job.list']);
  });

  it('hands the bound actor to the handler, whatever the request says', async () => {
    let seen: unknown;
    const { client } = station({
      'job.list': (_request, { actor }) => {
        seen = actor;
        return { jobs: [] };
      },
    });
    await client.call('job.list', { actor: { user: 'root', roles: ['admin'] } } as unknown as Record<string, never>);
    expect(seen).toEqual(reader);
  });

  it('settles as internal when a handler throws, without its stack', async () => {
    const { client, reports } = station({
      'job.list': () => {
        throw new TypeError('x is undefined');
      },
    });
    expect((await refused(client.call('job.list', {}))).toWire()).toEqual({ code: 'internal', message: 'x is undefined' });
    expect(reports).toHaveLength(1);
  });

  it('settles as internal when the answer does not fit the contract, and the fault is reported', async () => {
    const { client, reports } = station({ 'job.list': () => ({ jobs: 'none' }) as never });
    expect((await refused(client.call('job.list', {}))).code).toBe('internal');
    expect(reports[0]).toContain('does not fit the contract');
  });

  it('keeps code, details and DIMSE status of an error over the wire', async () => {
    const { client } = station({
      'job.list': () => {
        throw new CallError('diskFull', 'no room', { details: 'free 3 GB', dimseStatus: 0xa700 });
      },
    });
    expect((await refused(client.call('job.list', {}))).toWire()).toEqual({ code: 'diskFull', message: 'no room', details: 'free 3 GB', dimseStatus: 0xa700 });
  });

  it('settles as cancelled when its signal aborts, and the handler sees the abort', async () => {
    let aborted: Promise<void> | undefined;
    const { client } = station({
      'job.list': (_request, { signal }) => {
        aborted = new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        return new Promise(() => undefined);
      },
    });
    const controller = new AbortController();
    const call = refused(client.call('job.list', {}, { signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort();
    expect((await call).code).toBe('cancelled');
    await aborted;
  });

  it('settles as timeout, and the late answer is nobody’s', async () => {
    const { client, dropped } = station({ 'job.list': () => new Promise((resolve) => setTimeout(() => resolve({ jobs: [] }), 30)) });
    expect((await refused(client.call('job.list', {}, { timeoutMs: 5 }))).code).toBe('timeout');
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(dropped).toEqual([]);
  });

  it('settles as disconnected when the services go away, and each later call too', async () => {
    const { client, served } = station({ 'job.list': () => new Promise(() => undefined) });
    const call = refused(client.call('job.list', {}));
    await new Promise((resolve) => setTimeout(resolve, 1));
    served.close();
    expect((await call).code).toBe('disconnected');
    expect((await refused(client.call('job.list', {}))).code).toBe('disconnected');
  });

  it('that reuses the id of a running one is dropped, and the running one is answered once', async () => {
    const [page, services] = inProcessChannel();
    const reports: string[] = [];
    let finish: (() => void) | undefined;
    serveChannel<'services'>(services, reader, {
      side: 'services',
      handlers: { 'job.list': () => new Promise((resolve) => (finish = () => resolve({ jobs: [] }))) } as unknown as Handlers<'services'>,
      report: (text) => reports.push(text),
    });
    const replies: unknown[] = [];
    page.onMessage((message) => replies.push(message));
    page.post({ id: 7, name: 'job.list', request: {} });
    page.post({ id: 7, name: 'job.list', request: {} });
    await new Promise((resolve) => setTimeout(resolve, 1));
    finish?.();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(replies).toEqual([{ id: 7, ok: true, value: { jobs: [] } }]);
    expect(reports).toEqual(['dropped a call that reuses the id of a running one']);
  });
});

describe('events', () => {
  it('reach their listeners in order until they unsubscribe', async () => {
    const { client, served } = station({});
    const seen: string[] = [];
    const off = client.on('study.removed', ({ StudyInstanceUID }) => seen.push(StudyInstanceUID));
    served.emit('study.removed', { StudyInstanceUID: '2.25.1' as never });
    served.emit('study.removed', { StudyInstanceUID: '2.25.2' as never });
    await new Promise((resolve) => setTimeout(resolve, 1));
    off();
    served.emit('study.removed', { StudyInstanceUID: '2.25.3' as never });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(seen).toEqual(['2.25.1', '2.25.2']);
  });

  it('that are unknown or do not parse are reported and dropped', async () => {
    const { client, services, dropped } = station({});
    const seen: unknown[] = [];
    client.on('study.removed', (payload) => seen.push(payload));
    services.post({ event: '__proto__', payload: {}, seq: 0 });
    services.post({ event: 'study.removed', payload: { StudyInstanceUID: '../x' }, seq: 1 });
    services.post({ nonsense: true });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(seen).toEqual([]);
    expect(dropped).toHaveLength(3);
  });

  it('with a gap in their numbers are told, so that what is shown is asked for again', async () => {
    const { client, services } = station({});
    let gaps = 0;
    client.onGap(() => gaps++);
    const event = { event: 'study.removed', payload: { StudyInstanceUID: '2.25.1' } };
    services.post({ ...event, seq: 0 });
    services.post({ ...event, seq: 1 });
    services.post({ ...event, seq: 3 });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(gaps).toBe(1);
  });
});
