import { createPool, find, type FindEnd, type FindRequest, type Match, type ScuTarget, type ScuTimeouts } from '../../electron/services/dimse/scu';

export const QUICK: Partial<ScuTimeouts> = { connectMs: 2000, associateMs: 400, responseMs: 400, idleMs: 400, cancelMs: 200, writeMs: 400, releaseMs: 400 };

export function targetOf(port: number, calledAeTitle = 'PEER', callingAeTitle = 'ALTERNATOR'): ScuTarget {
  return { host: '127.0.0.1', port, calledAeTitle, callingAeTitle };
}

/** All matches and the end of one query, on a pool that keeps nothing. */
export async function collectFind(
  target: ScuTarget,
  request: FindRequest,
  options: { signal?: AbortSignal; timeouts?: Partial<ScuTimeouts> } = {},
): Promise<{ matches: Match[]; end: FindEnd }> {
  const run = find(createPool({ keepMs: 0 }), target, request, options.signal ?? new AbortController().signal, options.timeouts);
  const matches: Match[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done) return { matches, end: next.value };
    matches.push(next.value);
  }
}
