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

/** C-ECHO (PS3.7 9.1.5) as SCU. Never rejects: every end is an answer in words. */
export function echo(target: EchoTarget, signal: AbortSignal): Promise<EchoAnswer> {
  return Promise.resolve({ ok: false, words: `${target.aeTitle}: not built yet${signal.aborted ? ' (cancelled)' : ''}`, elapsedMs: 0 });
}
