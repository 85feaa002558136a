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
/** Behind the last delimiter. */
const LAST = Buffer.from('--');
/** More than the longest last delimiter, with some of what may stand behind it. */
const MOST_LAST_BYTES = 256;
const OTHER_LENGTH = 'a part has another length than its head says';

/** The body does not keep to RFC 2046. */
export class MultipartFault extends Error {}

/** A part has another length than its head says: where it ends can only be looked for. */
export class LengthFault extends MultipartFault {}

/** `announced`: data of a part whose head says how long it is; `announcedEnd`: behind it, where its delimiter must be. */
type State = 'preamble' | 'delimiter' | 'headers' | 'data' | 'announced' | 'announcedEnd' | 'epilogue';

/**
 * Takes a multipart body apart as it comes (RFC 2046 5.1); holds no more of it than one delimiter and the headers of one part. Data is handed on where it lies: only what may be the
 * beginning of a delimiter is kept for the next piece, so that bytes of images are not copied into new memory on the way.
 *
 * `believesLengths`: a delimiter is not looked for within the length that a part announces (Content-Length), but must stand behind it, and no part ends before it was seen; else LengthFault.
 */
export class MultipartReader {
  private readonly delimiter: Buffer;
  private held: Buffer;
  private state: State = 'preamble';
  /** Bytes of an announced part that are still to come. */
  private left = 0;
  /** The last bytes that were taken for data without a look. */
  private unseen = Buffer.alloc(0);
  /** Met behind parts that had to be told first. */
  private fault: MultipartFault | undefined;

  constructor(
    boundary: string,
    private readonly believesLengths = false,
  ) {
    this.delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
    // the first delimiter may stand at the very start, where its line end is not written
    this.held = CRLF;
  }

  /** Throws MultipartFault; where parts came before the fault in the same piece, these are told first, and the fault with the next piece or at the end. */
  feed(chunk: Uint8Array): PartEvent[] {
    if (this.fault !== undefined) throw this.fault;
    const events: PartEvent[] = [];
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.held.length > 0 && this.isOnlyData(bytes)) {
      if (this.state === 'data') events.push({ kind: 'data', bytes: this.held });
      this.held = bytes;
    } else this.held = this.held.length === 0 ? bytes : Buffer.concat([this.held, bytes]);
    try {
      while (this.step(events));
    } catch (error) {
      if (!(error instanceof MultipartFault) || events.length === 0) throw error;
      this.fault = error;
    }
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
    if (this.fault !== undefined) throw this.fault;
    // the end of the body lies within what was announced as data
    const isBelieving = this.state === 'announced' || this.state === 'announcedEnd';
    if (isBelieving && this.unseen.includes(Buffer.concat([this.delimiter, LAST]))) throw new LengthFault(OTHER_LENGTH);
    if (this.state !== 'epilogue') throw new MultipartFault('the body ended before its last delimiter');
  }

  /** False: more bytes are needed. */
  private step(events: PartEvent[]): boolean {
    switch (this.state) {
      case 'preamble':
      case 'data':
        return this.toDelimiter(events);
      case 'announced':
        return this.announced(events);
      case 'announcedEnd':
        return this.announcedEnd(events);
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

  private announced(events: PartEvent[]): boolean {
    const count = Math.min(this.left, this.held.length);
    const bytes = this.held.subarray(0, count);
    if (count > 0) events.push({ kind: 'data', bytes });
    this.left -= count;
    if (this.left === 0) this.state = 'announcedEnd';
    this.unseen = Buffer.concat([this.unseen, bytes.subarray(-MOST_LAST_BYTES)]).subarray(-MOST_LAST_BYTES);
    this.held = this.held.subarray(count);
    return this.left === 0;
  }

  private announcedEnd(events: PartEvent[]): boolean {
    const { delimiter, held } = this;
    if (!delimiter.subarray(0, held.length).equals(held.subarray(0, delimiter.length))) throw new LengthFault(OTHER_LENGTH);
    if (held.length < delimiter.length) return false;
    events.push({ kind: 'partEnd' });
    this.held = held.subarray(delimiter.length);
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
    const length = this.believesLengths ? fieldOf(lines, 'content-length') : '';
    this.held = this.held.subarray(at + BLANK_LINE.length);
    this.left = /^\d{1,15}$/.test(length) ? Number(length) : 0;
    this.unseen = Buffer.alloc(0);
    this.state = this.left > 0 ? 'announced' : 'data';
    events.push({ kind: 'part', contentType: fieldOf(lines, 'content-type') });
    return true;
  }
}

/** Of the head of a part; empty: it does not have it. */
function fieldOf(lines: readonly string[], name: string): string {
  const line = lines.find((each) => each.length > name.length && each[name.length] === ':' && each.slice(0, name.length).toLowerCase() === name);
  return line?.slice(name.length + 1).trim() ?? '';
}

/** The boundary of a multipart/related answer; undefined when it is none. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^multipart\/related\s*(;|$)/i.test(contentType)) return undefined;
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}
