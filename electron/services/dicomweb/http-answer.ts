/** The answer does not keep to RFC 9112. */
export class HttpFault extends Error {}

export interface HttpHead {
  readonly status: number;
  readonly contentType: string | undefined;
}

type State = 'status' | 'headers' | 'size' | 'data' | 'dataEnd' | 'trailers' | 'end';

/** As Node's own parser: head and trailers. */
const MOST_HEAD_BYTES = 16 * 1024;
/** Answers before the answer; with all their heads they are bounded as one head is. */
const MOST_INTERIM = 8;
/** Size of a chunk with its extensions. */
const MOST_SIZE_LINE = 4096;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const SIZE = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/;

/**
 * Reads one HTTP/1.1 answer (RFC 9112) as it comes: the head by lines, the body handed on where it lies. What Node's parser refuses is refused here: a length beside chunks, lengths
 * that differ, folded lines, codings that nobody asked for.
 */
export class HttpAnswerReader {
  /** Known when its last line has come. */
  head: HttpHead | undefined;
  private state: State = 'status';
  private status = 0;
  private readonly headers = new Map<string, string>();
  private line = '';
  private headBytes = 0;
  private interim = 0;
  private heads = 1;
  private isChunked = false;
  /** Bytes of the body, or of the chunk, that are still to come. */
  private left = 0;

  get isEnded(): boolean {
    return this.state === 'end';
  }

  /** `take` gets the bytes of the body that lie in this piece; without it nothing behind the head is read. Returns how many bytes were read. Throws HttpFault. */
  feed(piece: Buffer, take: ((body: Buffer) => void) | undefined): number {
    let at = 0;
    while (at < piece.length && this.state !== 'end') {
      if (this.head !== undefined && take === undefined) break;
      if (this.state !== 'data') {
        at = this.takeLine(piece, at);
        continue;
      }
      const count = Math.min(this.left, piece.length - at);
      take?.(piece.subarray(at, at + count));
      at += count;
      this.left -= count;
      if (this.left === 0) this.state = this.isChunked ? 'dataEnd' : 'end';
    }
    return at;
  }

  /** Of the head, or of what stands between and behind the chunks, that has begun and is not whole: its number, the first is 1. Undefined in the body and behind the end. */
  get unfinished(): number | undefined {
    return this.state === 'data' || this.state === 'end' ? undefined : this.heads;
  }

  /** The connection has ended. Throws HttpFault when more was to come. */
  close(): void {
    if (this.state === 'data' && this.left === Number.POSITIVE_INFINITY) this.state = 'end';
    if (this.state !== 'end') throw new HttpFault('it ended before the answer did');
  }

  private takeLine(piece: Buffer, from: number): number {
    const newline = piece.indexOf(10, from);
    const to = newline < 0 ? piece.length : newline + 1;
    this.count(to - from);
    this.line += piece.toString('latin1', from, to);
    if (newline >= 0) {
      const { line } = this;
      this.line = '';
      if (!line.endsWith('\r\n')) throw new HttpFault('a line ends where none may');
      this.whole(line.slice(0, -2));
    }
    return to;
  }

  private count(bytes: number): void {
    this.headBytes += bytes;
    const most = this.state === 'size' || this.state === 'dataEnd' ? MOST_SIZE_LINE : MOST_HEAD_BYTES;
    if (this.headBytes > most) throw new HttpFault('the head of the answer is too long');
  }

  private whole(line: string): void {
    switch (this.state) {
      case 'status':
        this.takeStatus(line);
        return;
      case 'headers':
        if (line === '') this.endHead();
        else this.takeHeader(line);
        return;
      case 'dataEnd':
        if (line !== '') throw new HttpFault('a chunk is longer than it says');
        this.begin('size');
        return;
      case 'size':
        this.takeSize(line);
        return;
      case 'trailers':
        // none of them says anything about the objects
        if (line === '') this.state = 'end';
        return;
      case 'data':
      case 'end':
    }
  }

  private takeStatus(line: string): void {
    const status = /^HTTP\/1\.[01] ([1-5]\d\d)(?: |$)/.exec(line)?.[1];
    if (status === undefined) throw new HttpFault('it does not speak HTTP/1.1');
    this.status = Number(status);
    this.state = 'headers';
  }

  private takeHeader(line: string): void {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    if (!NAME.test(name) || line.includes('\0')) throw new HttpFault('a header is malformed');
    const [key, value] = [name.toLowerCase(), line.slice(colon + 1).trim()];
    const before = this.headers.get(key);
    if (before === undefined) this.headers.set(key, value);
    else if (key === 'content-length' && before !== value) throw new HttpFault('it names two lengths');
    else if (key === 'transfer-encoding') this.headers.set(key, `${before}, ${value}`);
  }

  private endHead(): void {
    const { status, headers } = this;
    if (status < 200) {
      // an answer before the answer (RFC 9110 15.2)
      if (status === 101) throw new HttpFault('it speaks another protocol');
      if (++this.interim > MOST_INTERIM) throw new HttpFault('it answers without end before its answer');
      headers.clear();
      this.heads++;
      this.state = 'status';
      return;
    }
    this.frame();
    this.head = { status, contentType: headers.get('content-type') };
  }

  /** RFC 9112 6.3. */
  private frame(): void {
    const [length, coding] = [this.headers.get('content-length'), this.headers.get('transfer-encoding')];
    if (this.status === 204 || this.status === 304) {
      this.begin('end');
      return;
    }
    if (coding !== undefined) {
      if (length !== undefined) throw new HttpFault('it names a length and sends in chunks');
      if (coding.toLowerCase() !== 'chunked') throw new HttpFault('it sends in a coding that was not asked for');
      this.isChunked = true;
      this.begin('size');
      return;
    }
    if (length !== undefined && !/^\d{1,15}$/.test(length)) throw new HttpFault('its length is no number');
    this.left = length === undefined ? Number.POSITIVE_INFINITY : Number(length);
    this.begin(this.left === 0 ? 'end' : 'data');
  }

  private takeSize(line: string): void {
    const size = SIZE.exec(line)?.[1];
    if (size === undefined) throw new HttpFault('the length of a chunk is no number');
    this.left = Number.parseInt(size, 16);
    this.begin(this.left === 0 ? 'trailers' : 'data');
  }

  private begin(state: State): void {
    this.state = state;
    this.headBytes = 0;
    this.heads++;
  }
}
