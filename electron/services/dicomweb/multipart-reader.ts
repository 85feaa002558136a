/** What a piece of a multipart body holds, in order. */
export type PartEvent =
  | { readonly kind: 'part'; readonly contentType: string }
  /** Bytes of the part that began last; they are only good until the next `feed`. */
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'partEnd' }
  | { readonly kind: 'end' };

const MOST_HEADER_BYTES = 16 * 1024;
const CRLF = Buffer.from('\r\n');
const BLANK_LINE = Buffer.from('\r\n\r\n');

/** The body does not keep to RFC 2046. */
export class MultipartFault extends Error {}

/**
 * Takes a multipart body apart as it comes (RFC 2046 5.1); holds no more of it than one delimiter and the headers of one part. Data is handed on where it lies: only what may be the
 * beginning of a delimiter is kept for the next piece, so that bytes of images are not copied into new memory on the way.
 */
export class MultipartReader {
  private readonly delimiter: Buffer;
  private held: Buffer;
  private state: 'preamble' | 'delimiter' | 'headers' | 'data' | 'epilogue' = 'preamble';

  constructor(boundary: string) {
    this.delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
    // the first delimiter may stand at the very start, where its line end is not written
    this.held = CRLF;
  }

  feed(chunk: Uint8Array): PartEvent[] {
    const events: PartEvent[] = [];
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.held.length > 0 && this.isOnlyData(bytes)) {
      if (this.state === 'data') events.push({ kind: 'data', bytes: this.held });
      this.held = bytes;
    } else this.held = this.held.length === 0 ? bytes : Buffer.concat([this.held, bytes]);
    while (this.step(events));
    // the piece is its owner's again
    if (this.held.length > 0 && this.held.buffer === bytes.buffer) this.held = Buffer.from(this.held);
    return events;
  }

  /** What is held turned out to begin no delimiter. */
  private isOnlyData(next: Buffer): boolean {
    const { delimiter, held, state } = this;
    if ((state !== 'data' && state !== 'preamble') || next.length < delimiter.length) return false;
    return !Buffer.concat([held, next.subarray(0, delimiter.length - 1)]).includes(delimiter);
  }

  /** Throws MultipartFault when the body was cut. */
  finish(): void {
    if (this.state !== 'epilogue') throw new MultipartFault('the body ended before its last delimiter');
  }

  /** False: more bytes are needed. */
  private step(events: PartEvent[]): boolean {
    switch (this.state) {
      case 'preamble':
      case 'data':
        return this.toDelimiter(events);
      case 'delimiter':
        return this.afterDelimiter(events);
      case 'headers':
        return this.headers(events);
      case 'epilogue':
        this.held = Buffer.alloc(0);
        return false;
    }
  }

  private toDelimiter(events: PartEvent[]): boolean {
    const at = this.held.indexOf(this.delimiter);
    const isData = this.state === 'data';
    const upTo = at >= 0 ? at : this.held.length - this.begun();
    if (isData && upTo > 0) events.push({ kind: 'data', bytes: this.held.subarray(0, upTo) });
    if (at < 0) {
      this.held = this.held.subarray(upTo);
      return false;
    }
    if (isData) events.push({ kind: 'partEnd' });
    this.held = this.held.subarray(at + this.delimiter.length);
    this.state = 'delimiter';
    return true;
  }

  /** How many of the last bytes may begin a delimiter. */
  private begun(): number {
    const { held, delimiter } = this;
    for (let length = Math.min(held.length, delimiter.length - 1); length > 0; length--) {
      if (held[held.length - length] === delimiter[0] && held.subarray(held.length - length).equals(delimiter.subarray(0, length))) return length;
    }
    return 0;
  }

  private afterDelimiter(events: PartEvent[]): boolean {
    if (this.held.length < 2) return false;
    if (this.held[0] === 0x2d && this.held[1] === 0x2d) {
      events.push({ kind: 'end' });
      this.state = 'epilogue';
      return true;
    }
    const at = this.held.indexOf(CRLF);
    if (at < 0 && this.held.length < 200) return false;
    // only blanks may stand between a delimiter and its line end
    if (at < 0 || !/^[ \t]*$/.test(this.held.toString('latin1', 0, at))) throw new MultipartFault('a delimiter without a line end');
    this.held = this.held.subarray(at);
    this.state = 'headers';
    return true;
  }

  private headers(events: PartEvent[]): boolean {
    const at = this.held.indexOf(BLANK_LINE);
    if (at < 0) {
      if (this.held.length > MOST_HEADER_BYTES) throw new MultipartFault('headers of a part without an end');
      return false;
    }
    if (at > MOST_HEADER_BYTES) throw new MultipartFault('headers of a part too long');
    const lines = this.held.toString('latin1', 0, at).split('\r\n');
    const type =
      lines
        .find((line) => /^content-type:/i.test(line))
        ?.slice('content-type:'.length)
        .trim() ?? '';
    this.held = this.held.subarray(at + BLANK_LINE.length);
    this.state = 'data';
    events.push({ kind: 'part', contentType: type });
    return true;
  }
}

/** The boundary of a multipart/related answer; undefined when it is none. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^multipart\/related\s*(;|$)/i.test(contentType)) return undefined;
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}
