import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor, Channel } from '@shared/contract';
import { ControlFile } from '@shared/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startControl } from '../../../electron/services/control';
import { silentLogger } from '../../../electron/services/logging/logger';

let dataDir: string;
let server: { close(): Promise<void> };
let served: { channel: Channel; actor: Actor }[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'alternator-control-test-'));
  served = [];
  server = await startControl({ dataDir, log: silentLogger, serve: (channel, actor) => void served.push({ channel, actor }) });
});
afterEach(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const file = (): ControlFile => ControlFile.parse(JSON.parse(readFileSync(join(dataDir, 'control.json'), 'utf8')));

/** Sends the text and returns what came back until the other side closed, or until something came when `first`. */
function talk(text: string, first = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(file().path);
    let heard = '';
    socket.setEncoding('utf8');
    socket.on('data', (data: string) => {
      heard += data;
      if (first) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(heard));
    socket.write(text);
  });
}

describe('the socket for commands', () => {
  it('serves whoever can read its file, as a person of this station', async () => {
    expect(await talk(`${JSON.stringify({ token: file().token })}\n`, true)).toBe('{"welcome":true}\n');
    expect(served).toHaveLength(1);
    expect(served[0]?.actor.user).toMatch(/ \(script\)$/);
  });
  it.each([
    ['a wrong token', '{"token":"00"}\n'],
    ['no token', '{}\n'],
    ['a call without a greeting', '{"id":1,"name":"station.quit","request":{}}\n'],
    ['no JSON', 'GET / HTTP/1.1\r\n\r\n'],
    ['a line without an end', 'x'.repeat(2 ** 20 + 2)],
  ])('closes on %s and serves nothing', async (_name, text) => {
    await talk(text).catch(() => '');
    expect(served).toHaveLength(0);
    expect(await talk(`${JSON.stringify({ token: file().token })}\n`, true)).toBe('{"welcome":true}\n');
  });
  it.runIf(process.platform !== 'win32')('is for the owner of the data folder alone, and gone at the end', async () => {
    const { path } = file();
    expect(statSync(join(dataDir, 'control.json')).mode & 0o077).toBe(0);
    expect(statSync(path).mode & 0o077).toBe(0);
    await server.close();
    expect(existsSync(join(dataDir, 'control.json')) || existsSync(path)).toBe(false);
  });
  it.runIf(process.platform !== 'win32')('finds a place where the name of the data folder is too long for a socket', async () => {
    const long = join(dataDir, 'x'.repeat(120));
    mkdirSync(long);
    const other = await startControl({ dataDir: long, log: silentLogger, serve: () => undefined });
    const { path } = ControlFile.parse(JSON.parse(readFileSync(join(long, 'control.json'), 'utf8')));
    expect(Buffer.byteLength(path)).toBeLessThan(104);
    expect(existsSync(path)).toBe(true);
    await other.close();
    expect(existsSync(path)).toBe(false);
  });
});
