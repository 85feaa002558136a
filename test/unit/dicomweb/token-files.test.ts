import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tokensFromFiles } from '../../../electron/services/dicomweb';

let folder: string;
let server: Server | undefined;
let nowMs = 0;
const signal = new AbortController().signal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-token-'));
  nowMs = 0;
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

function file(content: string, mode = 0o600): string {
  const path = join(folder, 'token');
  writeFileSync(path, content, { mode });
  chmodSync(path, mode);
  return path;
}
const tokens = (path: string) => tokensFromFiles([{ name: 'Web', file: path }], { monotonic: () => nowMs });

async function tokenService(answer: (body: string) => { status: number; body: string }): Promise<string> {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (data: string) => (body += data));
    request.on('end', () => {
      const { status, body: text } = answer(body);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}/token`;
}

describe('tokens from files', () => {
  it('are read anew each time, and given to their archive alone', async () => {
    const path = file('abc.def\n');
    const ask = tokens(path);
    expect(await ask('Web', signal)).toBe('Bearer abc.def');
    file('next');
    expect(await ask('Web', signal)).toBe('Bearer next');
    expect(await ask('Other', signal)).toBeUndefined();
  });

  it.runIf(process.platform !== 'win32')('are not taken from a file that others can read', async () => {
    await expect(tokens(file('secret', 0o644))('Web', signal)).rejects.toThrow('can be read by others');
  });

  it.each(['two words', '', '{"tokenUrl":"https://x"}', '{', 'x\u0000y'])('are not made of %j', async (content) => {
    await expect(tokens(file(content))('Web', signal)).rejects.toThrow(/token file/);
  });

  it('come from a token service by client credentials, and are kept until a minute before they end', async () => {
    let count = 0;
    const bodies: string[] = [];
    const tokenUrl = await tokenService((body) => {
      bodies.push(body);
      return { status: 200, body: JSON.stringify({ access_token: `t${String(++count)}`, expires_in: 600, token_type: 'Bearer' }) };
    });
    const ask = tokens(file(JSON.stringify({ tokenUrl, clientId: 'station', clientSecret: 's&cret', scope: 'dicom' })));
    expect(await ask('Web', signal)).toBe('Bearer t1');
    nowMs = 539_000;
    expect(await ask('Web', signal)).toBe('Bearer t1');
    nowMs = 541_000;
    expect(await ask('Web', signal)).toBe('Bearer t2');
    expect(bodies[0]).toBe('grant_type=client_credentials&client_id=station&client_secret=s%26cret&scope=dicom');
  });

  it('say what is wrong with a token service, without the secret', async () => {
    const tokenUrl = await tokenService(() => ({ status: 401, body: '{}' }));
    const failing = tokens(file(JSON.stringify({ tokenUrl, clientId: 'station', clientSecret: 'very-secret' })));
    await expect(failing('Web', signal)).rejects.toThrow(/401/);
    await expect(failing('Web', signal)).rejects.not.toThrow(/very-secret/);
    const plain = tokens(file(JSON.stringify({ tokenUrl: 'http://login.example/token', clientId: 'a', clientSecret: 'b' })));
    await expect(plain('Web', signal)).rejects.toThrow('use https');
  });
});
