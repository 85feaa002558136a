import { expect, type Page, test } from '@playwright/test';
import { type RawPort, wireChecks } from '../contract/wire-checks';
import { launchApp, type RunningApp } from '../support/electron';

/** What the test keeps in the page: the port it was handed, and the replies that came through it. */
interface PortHolder {
  contractPort: MessagePort;
  contractReplies: unknown[];
}

/**
 * Takes a port to the real services as the page itself gets one: from the preload. The page's own connection is handed the same port; ids of the
 * checks are far from its own.
 */
async function takePort(page: Page): Promise<RawPort> {
  await page.evaluate(
    async () =>
      await new Promise<void>((resolve) => {
        const holder = window as unknown as PortHolder;
        const listener = (event: MessageEvent<{ alternator?: string }>): void => {
          const [port] = event.ports;
          if (event.data.alternator !== 'services-port' || port === undefined) return;
          window.removeEventListener('message', listener);
          holder.contractPort = port;
          holder.contractReplies = [];
          port.addEventListener('message', (reply) => holder.contractReplies.push(reply.data));
          port.start();
          resolve();
        };
        window.addEventListener('message', listener);
        (window as unknown as { alternatorHost: { connect(): void } }).alternatorHost.connect();
      }),
  );
  return {
    post: async (message) => await page.evaluate((sent) => (window as unknown as PortHolder).contractPort.postMessage(sent), message),
    async replyTo(id) {
      const found = await page.waitForFunction(
        (wanted) => (window as unknown as PortHolder).contractReplies.find((reply) => (reply as { id?: number }).id === wanted),
        id,
        { timeout: 10_000 },
      );
      return await found.jsonValue();
    },
  };
}

test.describe('the contract over the real ports', () => {
  let running: RunningApp;
  test.beforeAll(async () => {
    running = await launchApp({ args: ['--no-demo'] });
    await running.listening();
  });
  test.afterAll(async () => await running.close());

  test('holds for every golden and negative fixture', async () => {
    const port = await takePort(running.page);
    for (const { behaviour, run } of wireChecks()) await test.step(behaviour, async () => await run(port));
  });

  test('holds for the calls that main serves: unknown names, foreign calls and bad requests fail closed', async () => {
    const call = async (name: string, request: unknown) =>
      await running.page.evaluate(
        async ([calledName, sent]) =>
          await (
            window as unknown as { alternatorHost: { call(name: string, request: unknown): Promise<{ ok: boolean; error?: { code: string } }> } }
          ).alternatorHost.call(calledName as string, sent),
        [name, request],
      );
    expect(await call('app.info', {})).toMatchObject({ ok: true, value: { developmentRuntime: expect.any(Boolean) } });
    for (const name of ['node.status', '__proto__', 'constructor', 'app.explode', 'x'.repeat(100_000)]) {
      expect(await call(name, {})).toMatchObject({ ok: false, error: { code: 'badRequest' } });
    }
    expect(await call('shell.copyText', { text: 7 })).toMatchObject({ ok: false, error: { code: 'badRequest' } });
    expect(await call('app.painted', { view: 'nowhere' })).toMatchObject({ ok: false, error: { code: 'badRequest' } });
  });

  test('hands out pixel ports that refuse what they cannot serve and go on', async () => {
    const replies = await running.page.evaluate(
      async () =>
        await new Promise<unknown[]>((resolve) => {
          const listener = (event: MessageEvent<{ alternator?: string; requestId?: number }>): void => {
            const [port] = event.ports;
            if (event.data.alternator !== 'pixel-ports' || event.data.requestId !== 987_654 || port === undefined) return;
            window.removeEventListener('message', listener);
            const received: unknown[] = [];
            port.onmessage = (reply) => {
              received.push(reply.data);
              if (received.length === 3) resolve(received);
            };
            for (const message of [undefined, 'frame', { id: 1 }, { cancel: 5 }]) port.postMessage(message);
            port.postMessage({ id: 2, instanceId: 999_999, frameIndex: 0, priority: 'visible' });
            port.postMessage({ id: 3, instanceId: 999_999, frameIndex: 0, priority: 'visible' });
          };
          window.addEventListener('message', listener);
          (window as unknown as { alternatorHost: { requestPixelPorts(id: number, count: number): void } }).alternatorHost.requestPixelPorts(987_654, 1);
        }),
    );
    expect(replies).toMatchObject([
      { id: 1, ok: false, error: { code: 'badRequest' } },
      { id: 2, ok: false, error: { code: 'notFound' } },
      { id: 3, ok: false, error: { code: 'notFound' } },
    ]);
  });
});
