import { createConnection, createServer, type Socket } from 'node:net';

export interface Gate extends AsyncDisposable {
  /** Connect here instead of the target. */
  readonly port: number;
  /** Bytes that passed towards the target so far. */
  passed(): number;
  /** So many bytes pass in all, over every connection, towards the target; then the gate is shut until it gets a greater number. */
  letPass(bytes: number): void;
}

/** A TCP proxy that holds back what goes towards its target: a transfer stands still in the middle for as long as a test looks at it. */
export async function openGate(target: number | (() => number)): Promise<Gate> {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let left = Infinity;
  let passed = 0;

  const server = createServer((from) => {
    const to = createConnection(typeof target === 'number' ? target : target(), '127.0.0.1');
    for (const socket of [from, to]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => undefined);
    }
    to.pipe(from);
    const queue: Buffer[] = [];
    const push = (): void => {
      while (left > passed && queue.length > 0) {
        const chunk = queue.shift() as Buffer;
        passed += chunk.length;
        to.write(chunk);
      }
      if (queue.length > 0) from.pause();
      else from.resume();
    };
    waiting.add(push);
    from.on('data', (chunk) => {
      queue.push(chunk);
      push();
    });
    from.on('close', () => {
      waiting.delete(push);
      to.end();
    });
    to.on('close', () => from.destroy());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    passed: () => passed,
    letPass(bytes) {
      left = bytes;
      for (const push of [...waiting]) push();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
