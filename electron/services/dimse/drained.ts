import type { Socket } from 'node:net';

/** Resolves when the socket takes more, at once where it does already, or when it is closed. */
export async function drained(socket: Socket): Promise<void> {
  if (!socket.writableNeedDrain || !socket.writable) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
