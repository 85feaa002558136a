import { describe, expect, it } from 'vitest';
import { HttpAnswerReader, HttpFault } from '../../../electron/services/dicomweb/http-answer';
import { seededRandom, testSeed } from '../../support/seed';

interface Read {
  readonly status: number | undefined;
  readonly body: string;
  readonly isEnded: boolean;
}

function read(text: string, cuts: readonly number[] = [], isClosed = false): Read {
  const reader = new HttpAnswerReader();
  const bytes = Buffer.from(text, 'latin1');
  let body = '';
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    reader.feed(bytes.subarray(from, to), (piece) => (body += piece.toString('latin1')));
    from = to;
  }
  if (isClosed) reader.close();
  return { status: reader.head?.status, body, isEnded: reader.isEnded };
}

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const chunk = (text: string, extension = ''): string => `${text.length.toString(16)}${extension}\r\n${text}\r\n`;

describe('an answer of HTTP/1.1', () => {
  it.each([
    ['of a length', `${OK}Content-Length: 5\r\n\r\nhello`, 'hello'],
    ['of no length at all', `${OK}Content-Length: 0\r\n\r\n`, ''],
    ['in chunks', `${CHUNKED}${chunk('hel')}${chunk('lo')}0\r\n\r\n`, 'hello'],
    ['in chunks with extensions and trailers', `${CHUNKED}${chunk('hel', ' ;a=1;b="2"')}${chunk('lo', ';x')}0;last\r\nChecksum: 1\r\n\r\n`, 'hello'],
    ['whose chunks hold line ends and sizes', `${CHUNKED}${chunk('0\r\n\r\n5\r\n')}0\r\n\r\n`, '0\r\n\r\n5\r\n'],
    ['behind another answer', `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${OK}content-length:5\r\n\r\nhello`, 'hello'],
  ])('%s is read the same wherever it is cut', (_name, text, body) => {
    const seed = testSeed();
    const random = seededRandom(seed);
    console.log(`ALTERNATOR_SEED=${String(seed)}`);
    for (let at = 0; at <= text.length; at++) expect(read(text, [at])).toEqual({ status: 200, body, isEnded: true });
    for (let round = 0; round < 100; round++) {
      const cuts = Array.from({ length: Math.floor(random() * 12) }, () => Math.floor(random() * text.length)).sort((a, b) => a - b);
      expect(read(text, cuts)).toEqual({ status: 200, body, isEnded: true });
    }
  });

  it('without a length ends with its connection', () => {
    expect(read(`${OK}\r\nhel`)).toEqual({ status: 200, body: 'hel', isEnded: false });
    expect(read(`HTTP/1.0 200 OK\r\n\r\nhello`, [], true)).toEqual({ status: 200, body: 'hello', isEnded: true });
  });

  it('has no body where its status says so', () => {
    expect(read('HTTP/1.1 204 No Content\r\n\r\nrest')).toEqual({ status: 204, body: '', isEnded: true });
  });

  it('is read up to its head where nobody takes the body yet', () => {
    const reader = new HttpAnswerReader();
    const bytes = Buffer.from(`${OK}Content-Type: a/b\r\nContent-Length: 2\r\n\r\nhi`);
    expect(reader.feed(bytes, undefined)).toBe(bytes.length - 2);
    expect(reader.head).toEqual({ status: 200, contentType: 'a/b' });
    expect(reader.feed(bytes.subarray(-2), undefined)).toBe(0);
  });

  it.each([
    ['cut in its head', `${OK}Content-Le`],
    ['shorter than its length', `${OK}Content-Length: 9\r\n\r\nhello`],
    ['cut in a chunk', `${CHUNKED}9\r\nhello`],
    ['without its last chunk', `${CHUNKED}${chunk('hello')}`],
  ])('%s is no whole one', (_name, text) => {
    expect(() => read(text, [], true)).toThrow(HttpFault);
  });

  it.each([
    ['is another protocol', 'SSH-2.0-OpenSSH\r\n'],
    ['is HTTP/2', 'HTTP/2 200\r\n'],
    ['switches', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['names two lengths', `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`],
    ['names a length beside chunks', `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['comes in gzip', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`],
    ['comes in two codings on two lines', `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n`],
    ['has a length that is none', `${OK}Content-Length: -1\r\n\r\n`],
    ['folds a line', `${OK}A: b\r\n c\r\n\r\n`],
    ['has a header without a name', `${OK}: b\r\n\r\n`],
    ['ends lines by itself', 'HTTP/1.1 200 OK\nContent-Length: 1\n\n'],
    ['has a head without end', `${OK}A: ${'b'.repeat(20_000)}`],
    ['answers without end before its answer', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(9)],
    ['hints without end before its answer', `HTTP/1.1 103 Early Hints\r\nLink: ${'x'.repeat(10_000)}\r\n\r\n`.repeat(2)],
    ['has headers without end', `${OK}${'A: b\r\n'.repeat(4000)}`],
    ['has a chunk of no size', `${CHUNKED}\r\n`],
    ['has a chunk of a size that is none', `${CHUNKED}zz\r\n`],
    ['has a chunk beyond all sizes', `${CHUNKED}${'f'.repeat(16)}\r\n`],
    ['has a chunk that is longer than it says', `${CHUNKED}3\r\nhello\r\n`],
    ['has a chunk extension without end', `${CHUNKED}3;${'x'.repeat(9000)}`],
    ['has trailers without end', `${CHUNKED}0\r\n${'A: b\r\n'.repeat(4000)}`],
  ])('that %s is refused', (_name, text) => {
    expect(() => read(text)).toThrow(HttpFault);
  });
});
