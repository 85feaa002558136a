import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWebClient, webFind, webRetrieve, type WebClient } from '../../../electron/services/dicomweb';
import { readText } from '../../../electron/services/dicomweb/read-answer';
import type { FindEnd, Match } from '../../../electron/services/dimse';
import { encodeDataSet, encodePart10, sampleImage } from '../../support/dicom';
import { createStoreDouble } from '../../support/ul-store-double';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ELE = '1.2.840.10008.1.2.1';
const signal = new AbortController().signal;
let server: Server | undefined;
let client: WebClient | undefined;
afterEach(async () => {
  client?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ name: string; url: string }> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  client = createWebClient();
  return { name: 'PACS', url: `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}` };
}

async function find(target: { name: string; url: string }, maxMatches?: number): Promise<{ matches: Match[]; end: FindEnd }> {
  const matches: Match[] = [];
  const request = { root: 'study', level: 'STUDY', keys: { PatientName: 'a&b=c/../%' }, ...(maxMatches !== undefined && { maxMatches }) } as const;
  const run = webFind(client as WebClient, target, request, signal);
  for (;;) {
    const next = await run.next();
    if (next.done) return { matches, end: next.value };
    matches.push(next.value);
  }
}

const study = (n: number): object => ({
  '0020000D': { vr: 'UI', Value: [`1.2.${String(n)}`] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'A', Ideographic: '王' }] },
});

function image(n: number): { uid: string; file: Uint8Array } {
  const uid = `2.25.${String(n)}`;
  const dataSet = encodeDataSet(sampleImage({ SOPInstanceUID: uid, StudyInstanceUID: '1.2', SeriesInstanceUID: '1.2.1' }));
  return { uid, file: encodePart10({ SOPClassUID: CT, SOPInstanceUID: uid, TransferSyntaxUID: ELE }, dataSet) };
}

const retrieve = (target: { name: string; url: string }, wanted: readonly string[]) =>
  webRetrieve(
    { client: client as WebClient, store: createStoreDouble() },
    target,
    { level: 'STUDY', StudyInstanceUID: '1.2', wanted: new Set(wanted), onProgress: () => undefined },
    signal,
  );

function multipart(response: ServerResponse, files: readonly Uint8Array[], isCut = false): void {
  response.writeHead(200, { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=b' });
  for (const file of files) response.write(Buffer.concat([Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n'), file, Buffer.from('\r\n')]));
  response.end(isCut ? '' : '--b--\r\n');
}

describe('a query of a service that does not keep to the rules', () => {
  it('ends when the same page comes again and again', async () => {
    let asked = 0;
    const target = await serve((request, response) => {
      asked++;
      expect(request.url).toContain('PatientName=a%26b%3Dc%2F..%2F%25');
      response.end(JSON.stringify([study(1), study(2)]));
    });
    const { matches, end } = await find(target);
    expect(matches.map(({ StudyInstanceUID }) => StudyInstanceUID)).toEqual(['1.2.1', '1.2.2']);
    expect(matches[0]?.PatientName).toBe('A=王');
    expect(end).toMatchObject({ kind: 'complete', matches: 2 });
    expect(asked).toBe(2);
  });
  it('stops at the limit', async () => {
    let n = 0;
    const target = await serve((_request, response) => void response.end(JSON.stringify(Array.from({ length: 500 }, () => study(n++)))));
    expect((await find(target, 700)).end).toMatchObject({ kind: 'limited', matches: 700 });
  });
  it.each([
    ['HTML', '<html>', 'no JSON'],
    ['an object', '{"a":1}', 'no list of DICOM JSON'],
    ['20 MiB', `[${' '.repeat(20 * 2 ** 20)}]`, 'too long'],
  ])('says that %s is no answer', async (_name, body, words) => {
    const target = await serve((_request, response) => void response.end(body));
    const { end } = await find(target);
    expect(end.kind).toBe('failed');
    expect('failure' in end ? end.failure.words : '').toContain(words);
  });
  it('gives up an answer that comes slower than the least rate', async () => {
    const target = await serve((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    });
    const answer = await (client as WebClient).ask(target, { method: 'GET', path: '/studies', accept: 'application/dicom+json' }, signal);
    if (!('response' in answer)) throw new Error('no answer');
    await expect(readText(answer.response, 1e6, { windowMs: 200, bytesPerSecond: 1024 })).rejects.toMatchObject({ code: 'ESOCKETTIMEDOUT' });
  });
  it('takes an answer that is whole, however slow its last piece', async () => {
    const target = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': 2 });
      response.write('a');
      setTimeout(() => response.end('b'), 300);
    });
    const answer = await (client as WebClient).ask(target, { method: 'GET', path: '/studies', accept: 'application/dicom+json' }, signal);
    if (!('response' in answer)) throw new Error('no answer');
    expect(await readText(answer.response, 1e6, { windowMs: 150, bytesPerSecond: 1024 })).toBe('ab');
  });
  it('waits for a connection of its own without saying that the service is away', async () => {
    const waiting: ServerResponse[] = [];
    const target = await serve((_request, response) => void waiting.push(response));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asks = Array.from({ length: 5 }, () => find(target));
    await expect.poll(() => waiting.length).toBe(4);
    vi.advanceTimersByTime(20_000);
    vi.useRealTimers();
    for (const response of waiting.splice(0)) response.end('[]');
    await expect.poll(() => waiting.length).toBe(1);
    for (const response of waiting.splice(0)) response.end('[]');
    expect((await Promise.all(asks)).map(({ end }) => end.kind)).toEqual(Array.from({ length: 5 }, () => 'complete'));
  });
  it('follows no redirect', async () => {
    let asked = 0;
    const target = await serve((_request, response) => {
      asked++;
      response.writeHead(302, { Location: '/elsewhere' }).end();
    });
    expect((await find(target)).end.kind).toBe('failed');
    expect(asked).toBe(1);
  });
});

describe('a retrieve from a service that does not keep to the rules', () => {
  it('takes what was asked for and nothing else', async () => {
    const target = await serve((_request, response) => multipart(response, [image(1).file, image(99).file, image(2).file]));
    const result = await retrieve(target, [image(1).uid, image(2).uid]);
    expect([...result.arrived]).toEqual([image(1).uid, image(2).uid]);
    expect(result.refused.get(image(99).uid) ?? 'it was not asked for').toBe('it was not asked for');
  });
  it('keeps what came whole before a break, and says that it broke off', async () => {
    const target = await serve((_request, response) => multipart(response, [image(1).file, image(2).file.subarray(0, 600)], true));
    const result = await retrieve(target, [image(1).uid, image(2).uid]);
    expect([...result.arrived]).toEqual([image(1).uid]);
    expect(result.end).toMatchObject({ kind: 'failed', failure: { isTransient: true } });
  });
  it('takes no page of HTML for objects', async () => {
    const target = await serve((_request, response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>'));
    expect((await retrieve(target, ['2.25.1'])).end).toMatchObject({ kind: 'failed' });
  });
  it.each([
    ['is no DICOM object', Buffer.alloc(200, 'no object'), 'not a DICOM file'],
    ['is empty', Buffer.alloc(0), 'empty'],
    ['ends within its head', image(2).file.subarray(0, 200), 'ends within'],
  ])('counts a part that %s', async (_name, part, reason) => {
    const target = await serve((_request, response) => multipart(response, [part, image(1).file]));
    const result = await retrieve(target, [image(1).uid]);
    expect([...result.arrived]).toEqual([image(1).uid]);
    expect(result.unread.count).toBe(1);
    expect(result.unread.reason).toContain(reason);
  });
});
