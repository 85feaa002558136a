import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type BodyStream, openBody } from '../../../electron/services/dicomweb/body-stream';
import type { Rate } from '../../../electron/services/dicomweb/least-rate';

let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

/** Asks a peer that says `text` a byte at a time behind `atOnce`: never silent for as long as the connection may be, and ends after all of it. */
async function ask(atOnce: string, text: string, rate?: Rate): Promise<BodyStream> {
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write(atOnce);
    let at = 0;
    const timer = setInterval(() => {
      if (at < text.length) socket.write(text.slice(at, ++at));
      else socket.end();
    }, 10);
    socket.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(`http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}/`);
  const { signal } = new AbortController();
  return await openBody({ url, headers: {}, tls: undefined, connectMs: 5000, idleMs: 400, ...(rate && { rate }), signal, onConnected: () => undefined });
}

const LONG = `Link: ${'x'.repeat(150)}\r\n\r\n`;

describe('an answer that comes byte by byte', () => {
  it('is given up in its head', async () => {
    await expect(ask('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n', LONG)).rejects.toMatchObject({ code: 'ESOCKETTIMEDOUT' });
  });

  it('is given up in its trailers', async () => {
    const stream = await ask('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n', LONG);
    await expect(stream.each(() => undefined)).rejects.toMatchObject({ code: 'ESOCKETTIMEDOUT' });
  });

  it('is given up in its body when it stays below the least rate', async () => {
    const stream = await ask('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n', 'y'.repeat(1000), { windowMs: 300, bytesPerSecond: 1024 });
    await expect(stream.each(() => undefined)).rejects.toMatchObject({ code: 'ESOCKETTIMEDOUT', message: expect.stringContaining('slower') as string });
  });

  it('is read in its body where the time went by for our disk', async () => {
    const stream = await ask(`HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc`, 'def', { windowMs: 150, bytesPerSecond: 1024 });
    let body = '';
    await stream.each(async (piece) => {
      body += piece.toString('latin1');
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    expect(body).toBe('abcdef');
  });

  it('is read where it is the body', async () => {
    let body = '';
    const stream = await ask('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n', 'y'.repeat(100));
    await stream.each((piece) => void (body += piece.toString('latin1')));
    expect(body).toBe('y'.repeat(100));
  });
});
