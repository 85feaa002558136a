import { describe, expect, it } from 'vitest';
import { boundaryOf, LengthFault, MultipartFault, MultipartReader } from '../../../electron/services/dicomweb/multipart-reader';
import { seededRandom, testSeed } from '../../support/seed';

function parse(body: Buffer, cuts: readonly number[], believesLengths = false): { type: string; bytes: Buffer }[] {
  const reader = new MultipartReader('b-1', believesLengths);
  const parts: { type: string; bytes: Buffer }[] = [];
  let last: { type: string; bytes: Buffer } | undefined;
  let from = 0;
  for (const to of [...cuts, body.length]) {
    for (const event of reader.feed(body.subarray(from, to))) {
      if (event.kind === 'part') last = { type: event.contentType, bytes: Buffer.alloc(0) };
      else if (event.kind === 'data' && last) last.bytes = Buffer.concat([last.bytes, event.bytes]);
      else if (event.kind === 'partEnd' && last) parts.push(last);
    }
    from = to;
  }
  reader.finish();
  return parts;
}

const part = (bytes: Buffer, headers = 'Content-Type: application/dicom\r\n'): Buffer =>
  Buffer.concat([Buffer.from(`--b-1\r\n${headers}\r\n`), bytes, Buffer.from('\r\n')]);
const body = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, Buffer.from('--b-1--\r\n')]);

describe('a multipart body', () => {
  it('is taken apart the same wherever it is cut', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    console.log(`ALTERNATOR_SEED=${String(seed)}`);
    // bytes that look like delimiters, and line ends, are data
    const tricky = Buffer.from('\r\n--b-\r\n--b\r\n\r\n-\r\n--');
    const random1 = Buffer.from(Array.from({ length: 3000 }, () => Math.floor(random() * 256)));
    const whole = body(part(tricky), part(random1), part(Buffer.alloc(0)), part(Buffer.from('\r\n')));
    for (let round = 0; round < 200; round++) {
      const cuts = Array.from({ length: Math.floor(random() * 20) }, () => Math.floor(random() * whole.length)).sort((a, b) => a - b);
      expect(parse(whole, cuts).map(({ bytes }) => bytes)).toEqual([tricky, random1, Buffer.alloc(0), Buffer.from('\r\n')]);
    }
    for (let at = 0; at < whole.length; at += 7) expect(parse(whole, [at])).toHaveLength(4);
  });
  it('hands data on where it lies, and keeps no piece beyond its call', () => {
    const reader = new MultipartReader('b-1');
    reader.feed(Buffer.from('--b-1\r\n\r\n'));
    const piece = Buffer.alloc(64 * 1024, 7);
    const whole = reader.feed(piece);
    expect(whole.map((event) => event.kind === 'data' && [event.bytes.buffer === piece.buffer, event.bytes.length])).toEqual([[true, piece.length]]);
    // may begin a delimiter: kept, and data after all
    const ends = Buffer.concat([piece, Buffer.from('\r\n--b')]);
    expect(reader.feed(ends).map((event) => event.kind === 'data' && event.bytes.length)).toEqual([piece.length]);
    ends.fill(0);
    const then = reader.feed(piece);
    expect(then.map((event) => event.kind === 'data' && Buffer.from(event.bytes).toString('latin1', 0, 5))).toEqual(['\r\n--b', '\x07'.repeat(5)]);
    expect(then.map((event) => event.kind === 'data' && event.bytes.buffer === piece.buffer)).toEqual([false, true]);
  });

  it('may begin with words for nobody, and name its parts', () => {
    expect(parse(Buffer.concat([Buffer.from('preamble\r\n'), body(part(Buffer.from('x'), 'Content-Length: 1\r\ncontent-type:  image/x  \r\n'))]), [])).toEqual([
      { type: 'image/x', bytes: Buffer.from('x') },
    ]);
  });
  it.each([
    ['that is cut', Buffer.from('--b-1\r\n\r\nabc')],
    ['whose headers never end', Buffer.concat([Buffer.from('--b-1\r\n'), Buffer.alloc(40_000, 'a')])],
    ['with more on the line of a delimiter', Buffer.from('--b-1 evil\r\n\r\nabc\r\n--b-1--')],
    ['that is none', Buffer.from('<html>')],
  ])('%s is refused', (_name, bytes) => {
    expect(() => parse(bytes, [])).toThrow(MultipartFault);
  });
  it('whose parts say their lengths is taken apart by them, wherever it is cut', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    console.log(`ALTERNATOR_SEED=${String(seed)}`);
    const contents = [Buffer.from('a\r\n--b-1\r\n\r\nno part of its own'), Buffer.alloc(0), Buffer.alloc(3000, 0x0d), Buffer.from('\r\n'), Buffer.from('x')];
    // the fourth does not say it
    const whole = body(...contents.map((bytes, n) => (n === 3 ? part(bytes) : part(bytes, `content-LENGTH: ${String(bytes.length)}\r\n`))));
    for (let round = 0; round < 200; round++) {
      const cuts = Array.from({ length: Math.floor(random() * 20) }, () => Math.floor(random() * whole.length)).sort((a, b) => a - b);
      expect(parse(whole, cuts, true).map(({ bytes }) => bytes)).toEqual(contents);
    }
    for (let at = 0; at < whole.length; at += 7) expect(parse(whole, [at], true)).toHaveLength(5);
    // what it says is not believed by itself
    expect(parse(whole, [])).toHaveLength(6);
  });
  it.each([
    ['too short', 2, 'abc', []],
    ['too long, into the next part', 7, 'abc', []],
    ['too long, beyond the end of the body', 5000, 'abc', []],
    ['the line end counted too', 5, 'abc', []],
    ['too long, cut before its end', 5000, 'abc', [40, 80]],
    ['too long, to the very end of the body', 14, 'abc', []],
    ['too long, to the very end of the body, which comes in pieces', 14, 'abc', Array.from({ length: 100 }, (_unused, at) => at)],
    ['too long, to before the last line end', 12, 'abc', []],
    ['too long in the last part, whose end comes in pieces', 9, 'abc', Array.from({ length: 100 }, (_unused, at) => at)],
  ])('with a length that is wrong is told from one that is cut: %s', (_name, says, content, cuts) => {
    const wrong = part(Buffer.from(content), `Content-Length: ${String(says)}\r\n`);
    expect(() => parse(body(wrong, part(Buffer.from('next'))), cuts, true)).toThrow(LengthFault);
    expect(() => parse(body(part(Buffer.from('first')), wrong), cuts, true)).toThrow(LengthFault);
    expect(parse(body(wrong, part(Buffer.from('next'))), cuts).map(({ bytes }) => bytes.toString())).toEqual([content, 'next']);
  });
  it('tells the parts that came whole in the same piece as a wrong length, and then the fault', () => {
    const reader = new MultipartReader('b-1', true);
    const wrong = body(part(Buffer.from('whole'), 'Content-Length: 5\r\n'), part(Buffer.from('abc'), 'Content-Length: 2\r\n'));
    expect(reader.feed(wrong).map(({ kind }) => kind)).toEqual(['part', 'data', 'partEnd', 'part', 'data']);
    expect(() => reader.feed(Buffer.from('x'))).toThrow(LengthFault);
    expect(() => reader.finish()).toThrow(LengthFault);
  });
  it.each([
    ['within a part of a known length', 'Content-Length: 10\r\n\r\nabc'],
    ['behind one', 'Content-Length: 3\r\n\r\nabc\r\n--b'],
  ])('that is cut %s is cut, whatever its length', (_name, rest) => {
    expect.assertions(2);
    try {
      parse(Buffer.from(`--b-1\r\n${rest}`), [], true);
    } catch (error) {
      expect(error).toBeInstanceOf(MultipartFault);
      expect(error).not.toBeInstanceOf(LengthFault);
    }
  });
  it('is known by its type and boundary', () => {
    expect(boundaryOf('multipart/related; type="application/dicom"; boundary=abc')).toBe('abc');
    expect(boundaryOf('Multipart/Related;boundary="a b"')).toBe('a b');
    expect(boundaryOf('multipart/related')).toBeUndefined();
    expect(boundaryOf('application/dicom')).toBeUndefined();
    expect(boundaryOf(undefined)).toBeUndefined();
  });
});
