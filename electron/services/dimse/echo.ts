import { performance } from 'node:perf_hooks';
import { isAeTitle } from './admission';
import { ourIdentity } from './our-capabilities';
import { openRequestor } from './requestor';

export interface EchoTarget {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  readonly callingAeTitle: string;
}

export interface EchoAnswer {
  readonly ok: boolean;
  /** For the user: what happened and, when it failed, what to look at. */
  readonly words: string;
  readonly elapsedMs: number;
}

export interface EchoOptions {
  /** Until the transport stands. */
  readonly connectMs?: number;
  /** Until the peer answers, each time that we wait for it. */
  readonly answerMs?: number;
}

/** C-ECHO (PS3.7 9.1.5) as SCU. Never rejects: every end is an answer in words. */
export async function echo(target: EchoTarget, signal: AbortSignal, options: EchoOptions = {}): Promise<EchoAnswer> {
  const began = performance.now();
  const answer = (ok: boolean, words: string): EchoAnswer => ({ ok, words, elapsedMs: Math.round((performance.now() - began) * 10) / 10 });
  const callingAeTitle = target.callingAeTitle.trim();
  const calledAeTitle = target.aeTitle.trim();
  if (!isAeTitle(calledAeTitle)) return answer(false, `"${calledAeTitle}" is not an AE title: 1 to 16 characters, no backslash.`);
  const end = await openRequestor({
    host: target.host,
    port: target.port,
    callingAeTitle,
    calledAeTitle,
    us: ourIdentity(64 * 1024),
    connectMs: options.connectMs ?? 10_000,
    answerMs: options.answerMs ?? 20_000,
    signal,
  });
  switch (end.kind) {
    case 'answered':
      return end.status === 0
        ? answer(true, `${calledAeTitle} answered the C-ECHO.`)
        : answer(false, `${calledAeTitle} answered the C-ECHO with status 0x${end.status.toString(16).padStart(4, '0').toUpperCase()}.`);
    case 'failed':
      return answer(false, end.words);
  }
}
