import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Actor, type Channel, channelOfLines, CONTROL_FILE, type ControlFile, Hello } from '@shared/contract';
import type { Logger } from '../logging/logger';

export interface ControlParts {
  readonly dataDir: string;
  readonly log: Logger;
  serve(channel: Channel, actor: Actor): void;
}

/** sun_path of the systems that we run on holds 104 bytes at least, its end included. */
const LONGEST_PATH = 100;
const MOST_CLIENTS = 8;
const HELLO_MS = 5000;
/** A command is short: whoever sends more without a line end is no client of ours. */
const MOST_CHARACTERS = 2 ** 20;

/**
 * Commands of a script to the running program: the same contract as a page's, over a socket that only the owner of the data folder can use (its name and a token
 * stand in a file that nobody else can read). Same checks and audit as the screen. Without a socket the program works on; the log says why.
 */
export async function startControl(parts: ControlParts): Promise<{ close(): Promise<void> }> {
  const { dataDir, log } = parts;
  const token = randomBytes(32).toString('hex');
  const file = join(dataDir, CONTROL_FILE);
  const sockets = new Set<Socket>();
  const place = placeOf(dataDir);
  const server = createServer((socket) => {
    if (sockets.size >= MOST_CLIENTS) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    greet(socket, token, parts);
  });
  try {
    await listen(server, place.path);
    writeOwnerOnly(file, { version: 1, path: place.path, token });
  } catch (error) {
    log.warn({ error: String(error) }, 'commands of scripts are not heard');
  }
  return {
    async close() {
      rmSync(file, { force: true });
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
      place.remove();
    },
  };
}

function greet(socket: Socket, token: string, { serve, log }: ControlParts): void {
  socket.setEncoding('utf8');
  const channel = channelOfLines(socket, MOST_CHARACTERS);
  const limit = setTimeout(() => channel.close(), HELLO_MS);
  limit.unref();
  channel.onClose(() => clearTimeout(limit));
  const off = channel.onMessage((message) => {
    off();
    clearTimeout(limit);
    const hello = Hello.safeParse(message);
    if (!hello.success || !isSame(hello.data.token, token)) {
      log.warn({}, 'a command without the token of the data folder was refused');
      channel.close();
      return;
    }
    channel.post({ welcome: true });
    serve(channel, { user: userName(), roles: ['radiologist', 'technologist', 'admin'] });
  });
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** In the data folder; where its name is too long for a socket, in a folder of our own; on Windows a pipe with a name that nobody can guess. */
function placeOf(dataDir: string): { readonly path: string; remove(): void } {
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\alternator-${randomBytes(16).toString('hex')}`, remove: () => undefined };
  const inside = join(dataDir, 'control.sock');
  if (Buffer.byteLength(inside) <= LONGEST_PATH) {
    // the data folder is ours: what stands there is left from a process that has died
    rmSync(inside, { force: true });
    return { path: inside, remove: () => rmSync(inside, { force: true }) };
  }
  const folder = join(tmpdir(), `alternator-${randomBytes(12).toString('hex')}`);
  mkdirSync(folder, { mode: 0o700 });
  return { path: join(folder, 's'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      server.unref();
      if (process.platform !== 'win32') chmodSync(path, 0o600);
      resolve();
    });
  });
}

function writeOwnerOnly(path: string, content: ControlFile): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(content)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, path);
}

function userName(): string {
  try {
    return `${userInfo().username || 'user'} (script)`;
  } catch {
    return 'user (script)'; // no entry in the system's user table (containers)
  }
}
