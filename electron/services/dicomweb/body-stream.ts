import { type IncomingMessage, validateHeaderValue } from 'node:http';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { HttpAnswerReader, type HttpHead } from './http-answer';
import { LEAST_RATE, type Rate, RateWatch } from './least-rate';

/** Gets pieces of a body in order, each good until it returns. What it returns is waited for before more is read. */
export type TakePiece = (piece: Buffer) => Promise<void> | undefined;

/** An answer whose body has not been read. */
export interface BodyStream extends HttpHead {
  /** Once. Resolves at the end of the body; rejects when it broke off, or with what `take` threw. */
  each(take: TakePiece): Promise<void>;
  destroy(): void;
}

export interface BodyRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** For HTTPS. */
  readonly tls: ConnectionOptions | undefined;
  readonly connectMs: number;
  /** For silence, and for each whole of lines: the head, the size of a chunk, the trailers. */
  readonly idleMs: number;
  /** What must come of the body at least; absent: the usual. */
  readonly rate?: Rate;
  readonly signal: AbortSignal;
  /** A connection stands, and may be looked at. */
  readonly onConnected: (socket: Socket) => void;
}

/** What the system has of a connection in one read: at loopback, all that there is. */
const READ_BYTES = 2 ** 18;

/**
 * Asks by GET over a connection of its own and reads the answer into one piece of memory, which is used again: Node's client takes new memory twice for each 64 KiB that
 * come, and collecting those costs more than all that is done with them (build/decisions/0225). For long answers. Rejects with the system's error.
 */
export async function openBody(request: BodyRequest): Promise<BodyStream> {
  const text = requestText(request);
  return new Promise((resolve, reject) => new BodyConnection(request, resolve, reject).open(text));
}

/** The same of an answer that Node's client reads. */
export function bodyOf(response: IncomingMessage, rate: Rate = LEAST_RATE): BodyStream {
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'],
    async each(take) {
      const watch = new RateWatch(rate);
      for await (const chunk of response as AsyncIterable<Buffer>) {
        // of one that is whole nothing is waited for
        if (!response.complete) watch.came(chunk.length);
        const taken = take(chunk);
        if (taken === undefined) continue;
        await taken;
        watch.restart();
      }
    },
    destroy: () => void response.destroy(),
  };
}

class BodyConnection {
  private readonly buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  private readonly answer = new HttpAnswerReader();
  private readonly socket: Socket;
  private take: TakePiece | undefined;
  /** Came while nobody could take it. */
  private readonly held: Buffer[] = [];
  /** What came before is still being dealt with. */
  private isBusy = false;
  /** No more will come. */
  private isClosed = false;
  private fault: Error | undefined;
  private isOpened = false;
  /** What has begun and is not whole (`HttpAnswerReader.unfinished`), and since when in ms of the monotonic clock. */
  private lines = { number: 0, sinceMs: 0 };
  private readonly watch: RateWatch;
  private ended: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(
    private readonly request: BodyRequest,
    private readonly opened: (stream: BodyStream) => void,
    private readonly failed: (error: Error) => void,
  ) {
    this.watch = new RateWatch(request.rate ?? LEAST_RATE);
    this.socket = this.connect();
  }

  open(text: string): void {
    const { socket, request } = this;
    const { connectMs, idleMs, signal } = request;
    const abort = (): void => {
      this.break(new Error('Cancelled.'));
      socket.destroy();
    };
    const connecting = setTimeout(() => socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })), connectMs);
    socket.once(request.tls === undefined ? 'connect' : 'secureConnect', () => {
      clearTimeout(connecting);
      socket.setTimeout(idleMs);
      request.onConnected(socket);
      socket.write(text);
    });
    socket.on('timeout', () => {
      // a peer that waits for our disk has not fallen silent
      if (this.isHolding) socket.setTimeout(idleMs);
      else socket.destroy(Object.assign(new Error('nothing came in time'), { code: 'ESOCKETTIMEDOUT' }));
    });
    socket.on('error', (error: Error) => (this.fault ??= error));
    socket.on('close', () => {
      clearTimeout(connecting);
      signal.removeEventListener('abort', abort);
      this.isClosed = true;
      this.goOn();
    });
    socket.resume();
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }

  private connect(): Socket {
    const { url, tls } = this.request;
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = Number(url.port || (tls === undefined ? 80 : 443));
    const onread = { buffer: this.buffer, callback: (length: number): boolean => this.arrived(length) };
    if (tls === undefined) return connectPlain({ host, port, noDelay: true, onread });
    // RFC 6066: a name, never an address
    const options: ConnectionOptions & { onread: object } = { ...tls, host, port, onread, ...(isIP(host) === 0 && { servername: host }) };
    return connectTls(options);
  }

  /** No more may be read now. */
  private get isHolding(): boolean {
    return this.isBusy || this.held.length > 0 || (this.isOpened && this.take === undefined);
  }

  /** False: no more is read until the socket is resumed. */
  private arrived(length: number): boolean {
    const piece = this.buffer.subarray(0, length);
    // TLS hands on what it has deciphered already
    if (this.isHolding) this.held.push(Buffer.from(piece));
    else {
      this.feed(piece);
      this.hurry(length);
      if (this.fault !== undefined || this.answer.isEnded) this.goOn();
    }
    return !this.isHolding;
  }

  private feed(piece: Buffer): void {
    const waits: Promise<void>[] = [];
    const { answer, take } = this;
    const hand = (body: Buffer): void => {
      const wait = take?.(body);
      if (wait !== undefined) waits.push(wait);
    };
    try {
      const read = answer.feed(piece, take === undefined ? undefined : hand);
      if (read < piece.length && !answer.isEnded) this.held.push(Buffer.from(piece.subarray(read)));
    } catch (error) {
      this.break(error);
    }
    if (answer.head !== undefined && !this.isOpened) this.tellOpened(answer.head);
    if (waits.length > 0) this.waitFor(Promise.all(waits));
  }

  /** One byte now and then keeps a connection from being silent, and says nothing. */
  private hurry(bytes: number): void {
    if (this.isHolding || this.answer.isEnded) return;
    const { unfinished } = this.answer;
    try {
      this.watch.came(bytes);
    } catch (error) {
      this.break(error);
    }
    if (unfinished === undefined) return;
    if (unfinished !== this.lines.number) this.lines = { number: unfinished, sinceMs: performance.now() };
    else if (performance.now() - this.lines.sinceMs > this.request.idleMs)
      this.break(Object.assign(new Error('the lines of the answer did not come in time'), { code: 'ESOCKETTIMEDOUT' }));
  }

  private forgetTime(): void {
    this.lines.number = 0;
    this.watch.restart();
  }

  private tellOpened(head: HttpHead): void {
    this.isOpened = true;
    this.opened({
      ...head,
      each: (take) =>
        new Promise((resolve, reject) => {
          this.ended = { resolve, reject };
          this.take = take;
          this.forgetTime();
          this.goOn();
        }),
      destroy: () => void this.socket.destroy(),
    });
  }

  private waitFor(waits: Promise<unknown>): void {
    this.isBusy = true;
    waits
      .catch((error: unknown) => this.break(error))
      .finally(() => {
        this.isBusy = false;
        // the time that our disk took is not the peer's
        this.forgetTime();
        this.goOn();
      })
      .catch(() => undefined);
  }

  private break(error: unknown): void {
    this.held.length = 0;
    this.fault ??= error instanceof Error ? error : new Error(String(error));
  }

  /** Goes on with what was held; ends when there is nothing more to come. */
  private goOn(): void {
    while (!this.isBusy && this.take !== undefined) {
      const piece = this.held.shift();
      if (piece === undefined) break;
      this.feed(piece);
    }
    if (this.isBusy || this.held.length > 0) return;
    if (this.isClosed && !this.answer.isEnded) this.closed();
    if (this.fault !== undefined || this.answer.isEnded) this.end();
    else if (!this.isHolding) this.socket.resume();
  }

  private closed(): void {
    try {
      if (this.fault === undefined) this.answer.close();
    } catch (error) {
      this.break(error);
    }
  }

  private end(): void {
    const { ended, fault } = this;
    this.socket.destroy();
    if (!this.isOpened) this.failed(fault ?? new Error('aborted'));
    else if (fault === undefined) ended?.resolve();
    else ended?.reject(fault);
  }
}

function requestText({ url, headers }: BodyRequest): string {
  const lines = Object.entries({ Host: url.host, ...headers, Connection: 'close' }).map(([name, value]) => {
    validateHeaderValue(name, value);
    return `${name}: ${value}`;
  });
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
