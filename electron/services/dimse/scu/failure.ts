import { rejectWords, socketWords } from '../requestor-words';
import { tlsWords } from '../tls/words';

/** How an association, or the wish for one, ended without what was asked for. */
export type FailureCause =
  /** We ended it. */
  | 'cancelled'
  /** No transport: name unknown, nothing listens, no route. */
  | 'unreachable'
  /** A-ASSOCIATE-RJ. */
  | 'rejected'
  /** The peer accepted the association, but no presentation context that this needs. */
  | 'noContext'
  /** Nothing came in time. */
  | 'noAnswer'
  /** A-ABORT by the peer. */
  | 'aborted'
  /** The transport ended, or the peer released while we waited. */
  | 'closed'
  /** The peer broke the protocol; we aborted. */
  | 'protocol'
  /** A fault on our side: bytes that cannot be read, a request that cannot be encoded. */
  | 'local';

export interface ScuFailure {
  readonly cause: FailureCause;
  /** Trying the same again later can help (reliability O1, O2). */
  readonly isTransient: boolean;
  /** For the user: what happened and what to look at. */
  readonly words: string;
  /** Of the system (ENOTFOUND ...), when there was no transport. */
  readonly code?: string;
  /** PS3.8 Table 9-21, when the association was rejected. */
  readonly reject?: { readonly result: number; readonly source: number; readonly reason: number };
}

const TRANSIENT: ReadonlySet<FailureCause> = new Set(['unreachable', 'noAnswer', 'aborted', 'closed']);

export function scuFailure(cause: FailureCause, words: string): ScuFailure {
  return { cause, isTransient: TRANSIENT.has(cause), words };
}

/** PS3.8 Table 9-21: result 2 is transient. */
export function rejected(calledAeTitle: string, body: Uint8Array): ScuFailure {
  const [result, source, reason] = [body[1] ?? 0, body[2] ?? 0, body[3] ?? 0];
  return { cause: 'rejected', isTransient: result === 2, words: rejectWords(calledAeTitle, result, source, reason), reject: { result, source, reason } };
}

/** An error of the socket before or after the association stood. */
export function transportFailure(host: string, port: number, error: NodeJS.ErrnoException, isConnected: boolean, isTls = false): ScuFailure {
  const tls = tlsWords(error);
  if (tls !== undefined)
    return { cause: 'rejected', isTransient: false, words: `${host} port ${String(port)}: ${tls}.`, ...(error.code && { code: error.code }) };
  if (isTls && !isConnected && error.code === 'ECONNRESET') {
    const words = `${host} port ${String(port)}: the TLS handshake was cut off: it may not speak TLS on this port, or not accept this station.`;
    return { ...scuFailure('unreachable', words), code: error.code };
  }
  const failure = scuFailure(isConnected ? 'closed' : 'unreachable', socketWords(host, port, error.code, error.message));
  return error.code === undefined ? failure : { ...failure, code: error.code };
}
