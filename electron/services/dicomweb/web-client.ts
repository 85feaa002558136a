import type { IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { type ConnectionOptions, rootCertificates, TLSSocket } from 'node:tls';
import type { FailureCause, ScuFailure } from '../dimse';
import { type BodyStream, openBody } from './body-stream';
import { dropAnswer } from './read-answer';

/** A DICOMweb service (PS3.18): the root of its URLs, without a slash at the end. */
export interface WebTarget {
  readonly name: string;
  readonly url: string;
}

/**
 * What is sent as the Authorization header to an archive; undefined: nothing. Secrets come from the key provider, never from a file of settings. `refused`: the header that
 * the archive has just refused (401); a new one, or the same when there is none. Rejects with AccessProblem in words.
 */
export type Authorization = (node: string, signal: AbortSignal, refused?: string) => Promise<string | undefined>;

/** No access now. `isTransient`: asking again by itself may help; otherwise a person must act. */
export class AccessProblem extends Error {
  constructor(
    message: string,
    readonly isTransient: boolean,
    /** What was kept for it is worth nothing any more. */
    readonly isOver = false,
  ) {
    super(message);
  }
}

/** What HTTPS needs of this station; the same as TLS for DICOM. */
export type WebTls = () => Promise<{ readonly ca?: string; readonly certificate?: string; readonly key?: string }>;

export interface WebRequest {
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  /** Behind the root, with a slash at its start; already encoded. */
  readonly path: string;
  readonly accept: string;
  readonly contentType?: string;
  readonly contentLength?: number;
  /** In the place of what the client would send. */
  readonly authorization?: string;
  /** Pieces of the body from their start, read as the socket takes them. */
  readonly body?: () => AsyncIterable<Uint8Array>;
}

const CONNECT_MS = 10_000;
const IDLE_MS = 60_000;
/** The head of an answer must be whole by then, however steadily its bytes, or answers before it, come. */
const HEAD_MS = 10 * 60_000;
/** What a service must take of a body that we send: a piece of it, at most 1 MiB. */
const PIECE_MS = 5 * 60_000;
const MOST_SOCKETS = 4;

/** The answer of a service, or why there is none. */
export type WebAnswer = { readonly response: IncomingMessage } | { readonly failure: ScuFailure };

/** The same of a long answer, whose body is read into memory that is used again. */
export type WebStream = { readonly stream: BodyStream } | { readonly failure: ScuFailure };

export interface WebClient {
  /** Never rejects for what the service does. Redirects are not followed: they could lead the token anywhere. */
  ask(target: WebTarget, request: WebRequest, signal: AbortSignal): Promise<WebAnswer>;
  /** A GET as `ask` does it, over a connection of its own, for answers that are long. */
  stream(target: WebTarget, request: WebRequest, signal: AbortSignal): Promise<WebStream>;
  close(): void;
}

/**
 * Connections to DICOMweb services, kept for the next request; certificates are always checked, against the authorities that the runtime knows and those of the settings.
 * A header that is refused is asked for anew, once.
 */
export function createWebClient(
  authorization: Authorization = () => Promise.resolve(undefined),
  tls: WebTls = () => Promise.resolve({}),
  onCertificate: (name: string, validUntilMs: number) => void = () => undefined,
): WebClient {
  const agents = createAgents(tls);
  const closing = new AbortController();
  const look = (name: string, socket: Socket): void => lookAtCertificate(socket, (ms) => onCertificate(name, ms));
  /** With the header that the archive takes: one that is refused is asked for anew, once. */
  async function access<A>(target: WebTarget, wanted: WebRequest, signal: AbortSignal, attempt: Attempt<A>): Promise<A | Failed> {
    const problem = urlProblem(target.url);
    if (problem !== undefined) return { failure: webFailure('local', `${target.name}: ${problem}.`) };
    const url = new URL(`${target.url}${wanted.path}`);
    const once = async (refused?: string): Promise<{ readonly answer: (A & Answered) | Failed; readonly sent?: string | undefined }> => {
      try {
        const sent = wanted.authorization ?? (await authorization(target.name, signal, refused));
        if (refused !== undefined && sent === refused) return { answer: { failure: webFailure('rejected', '') } };
        return { answer: await attempt(url, sent), sent };
      } catch (error) {
        return { answer: { failure: accessFailure(target.name, error) } };
      }
    };
    const { answer: first, sent } = await once();
    if ('failure' in first || first.status !== 401 || sent === undefined || wanted.authorization !== undefined) return first;
    const { answer: second } = await once(sent);
    // no other header is to be had: the first answer stands
    if ('failure' in second && second.failure.words === '') return first;
    first.drop();
    return second;
  }
  return {
    async ask(target, wanted, signal) {
      return await access(target, wanted, signal, async (url, sent) => {
        const agent = url.protocol === 'https:' ? await agents.https() : agents.http;
        const answer = await send(target.name, url, { agent, signal, method: wanted.method, headers: headersOf(wanted, sent) }, wanted.body, signal);
        if ('failure' in answer) return answer;
        const { response } = answer;
        look(target.name, response.socket);
        return { response, status: response.statusCode ?? 0, drop: () => dropAnswer(response) };
      });
    },
    async stream(target, wanted, signal) {
      return access(target, wanted, signal, async (url, sent) => {
        const options = url.protocol === 'https:' ? await agents.tls() : undefined;
        const times = { connectMs: CONNECT_MS, idleMs: IDLE_MS };
        try {
          const onConnected = (socket: Socket): void => look(target.name, socket);
          const stream = await openBody({
            url,
            headers: headersOf(wanted, sent),
            tls: options,
            ...times,
            signal: AbortSignal.any([signal, closing.signal]),
            onConnected,
          });
          return { stream, status: stream.status, drop: () => stream.destroy() };
        } catch (error) {
          const cause = error instanceof Error ? error : new Error(String(error));
          return { failure: signal.aborted ? webFailure('cancelled', 'Cancelled.') : transportFailure(target.name, url, cause) };
        }
      });
    },
    close() {
      closing.abort();
      agents.close();
    },
  };
}

type Failed = { readonly failure: ScuFailure };
/** What came, to be dropped when it is of no use. */
type Answered = { readonly status: number; drop(): void };
type Attempt<A> = (url: URL, authorization: string | undefined) => Promise<(A & Answered) | Failed>;

function lookAtCertificate(socket: Socket, tell: (validUntilMs: number) => void): void {
  if (!(socket instanceof TLSSocket)) return;
  // of a session that is taken up again there is none: no date then
  tell(Date.parse(socket.getPeerCertificate().valid_to));
}

function headersOf(wanted: WebRequest, authorization: string | undefined): Record<string, string> {
  return {
    Accept: wanted.accept,
    ...(wanted.contentType !== undefined && { 'Content-Type': wanted.contentType }),
    ...(wanted.contentLength !== undefined && { 'Content-Length': String(wanted.contentLength) }),
    ...(authorization !== undefined && { Authorization: authorization }),
  };
}

function accessFailure(name: string, error: unknown): ScuFailure {
  const words = `No access to ${name}: ${error instanceof Error ? error.message : String(error)}`;
  return webFailure(error instanceof AccessProblem && error.isTransient ? 'unreachable' : 'rejected', words);
}

interface Agents {
  readonly http: HttpAgent;
  /** Rejects in words when a file of the settings cannot be read. */
  https(): Promise<HttpsAgent>;
  /** The same for a connection of one's own. */
  tls(): Promise<ConnectionOptions>;
  close(): void;
}

function createAgents(tls: WebTls): Agents {
  const http = new HttpAgent({ keepAlive: true, maxSockets: MOST_SOCKETS });
  let https: { readonly agent: HttpsAgent; readonly basis: string } | undefined;
  const made: HttpsAgent[] = [];
  return {
    http,
    tls: async () => connectionOptions(await tls()),
    async https() {
      const material = await tls();
      const basis = JSON.stringify([material.ca, material.certificate, material.key]);
      if (https?.basis === basis) return https.agent;
      // what runs over the one before goes on: it is not taken apart
      const agent = new HttpsAgent({ keepAlive: true, maxSockets: MOST_SOCKETS, ...connectionOptions(material) });
      https = { agent, basis };
      made.push(agent);
      return agent;
    },
    close() {
      for (const agent of [http, ...made]) agent.destroy();
    },
  };
}

function connectionOptions({ ca, certificate, key }: Awaited<ReturnType<WebTls>>): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    ...(certificate !== undefined && key !== undefined && { cert: certificate, key }),
  };
}

function send(name: string, url: URL, options: RequestOptions, body: WebRequest['body'], signal: AbortSignal): Promise<WebAnswer> {
  return new Promise((resolve) => {
    const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
    let hasAnswer = false;
    let connecting: NodeJS.Timeout | undefined;
    // waiting for one of our own connections to be free says nothing of the service
    request.on('socket', (socket) => {
      if (!socket.connecting) return;
      connecting = setTimeout(() => request.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })), CONNECT_MS);
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    request.setTimeout(IDLE_MS, () => request.destroy(late('nothing came in time')));
    let waiting: NodeJS.Timeout | undefined;
    request.on('finish', () => {
      if (!hasAnswer) waiting = setTimeout(() => request.destroy(late('the head of the answer did not come in time')), HEAD_MS);
    });
    const stop = (): void => {
      clearTimeout(connecting);
      clearTimeout(waiting);
    };
    request.on('response', (response) => {
      hasAnswer = true;
      stop();
      resolve({ response });
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      stop();
      if (!hasAnswer) resolve({ failure: signal.aborted ? webFailure('cancelled', 'Cancelled.') : transportFailure(name, url, error) });
    });
    if (body === undefined) request.end();
    else {
      writeBody(request, body()).catch((error: unknown) => {
        resolve({ failure: webFailure('local', `The object could not be read while it was sent: ${error instanceof Error ? error.message : String(error)}`) });
        request.destroy();
      });
    }
  });
}

function late(words: string): Error {
  return Object.assign(new Error(words), { code: 'ESOCKETTIMEDOUT' });
}

async function writeBody(request: ReturnType<typeof httpRequest>, body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of body) {
    if (request.destroyed) return;
    if (!request.write(piece)) await drained(request);
  }
  request.end();
}

/** The socket takes more, or is gone. */
function drained(request: ReturnType<typeof httpRequest>): Promise<void> {
  return new Promise((resolve) => {
    const slow = setTimeout(() => request.destroy(late('it takes what is sent too slowly')), PIECE_MS);
    const settle = (): void => {
      clearTimeout(slow);
      request.off('drain', settle);
      request.off('close', settle);
      resolve();
    };
    request.on('drain', settle);
    request.on('close', settle);
  });
}

export function webFailure(cause: FailureCause, words: string): ScuFailure {
  return { cause, isTransient: cause === 'unreachable' || cause === 'noAnswer' || cause === 'closed' || cause === 'aborted', words };
}

/** What a status says about the service itself (RFC 9110); undefined for success. */
export function statusFailure(name: string, status: number): ScuFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401) return webFailure('rejected', `${name} wants to know who asks (401): it has no valid access token from us.`);
  if (status === 403) return webFailure('rejected', `${name} does not let us do that (403).`);
  if (status === 408 || status === 425 || status === 429 || status >= 500) return webFailure('noAnswer', `${name} cannot answer now (HTTP ${String(status)}).`);
  if (status === 404 || status === 405 || status === 410) return webFailure('noContext', `${name} does not offer this (HTTP ${String(status)}).`);
  if (status >= 300 && status < 400) return webFailure('local', `${name} answers at another address (HTTP ${String(status)}): enter that one.`);
  return webFailure('protocol', `${name} refused the request (HTTP ${String(status)}).`);
}

function transportFailure(name: string, { host }: URL, error: NodeJS.ErrnoException): ScuFailure {
  const code = error.code ?? '';
  const isAway = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'ETIMEDOUT'].includes(code);
  if (isAway) return { ...webFailure('unreachable', `${name} cannot be reached at ${host} (${code}).`), code };
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|DEPTH_ZERO/.test(code))
    return { ...webFailure('rejected', `The certificate of ${name} (${host}) is not valid here: ${error.message}.`), code };
  return webFailure(code === 'ESOCKETTIMEDOUT' ? 'noAnswer' : 'closed', `The connection to ${name} ended: ${error.message}.`);
}

/** Images and tokens go over a plain connection only to this computer itself. */
export function urlProblem(url: string): string | undefined {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return 'this is no URL';
  }
  if (parsed.username !== '' || parsed.password !== '') return 'a user name or password does not belong into the URL';
  if (parsed.protocol === 'https:') return undefined;
  if (parsed.protocol !== 'http:') return 'only https is spoken';
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(parsed.hostname) ? undefined : 'http is allowed to this computer only: use https';
}
