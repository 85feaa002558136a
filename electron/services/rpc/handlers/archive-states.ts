import type { ArchiveState, Job, ResultsWait } from '@shared/domain';
import type { ResultsWait as WaitReason } from '../../sync';
import type { ServiceParts } from '../service-parts';

/** Every node of the settings, and those that are gone from them but still have work here. */
export function archiveStates({ archiving: { outbox, gate }, nodes, jobs }: ServiceParts): ArchiveState[] {
  const breakers = outbox.breakers();
  const coming = retrieving(jobs.list());
  const known = nodes.all().map(({ name, role }) => ({ name, role }));
  const gone = [...breakers.keys()].filter((name) => known.every((node) => node.name !== name)).map((name) => ({ name, role: 'other' as const }));
  return [...known, ...gone].map(({ name, role }): ArchiveState => {
    const breaker = breakers.get(name);
    const state = breaker?.state;
    const { lastContactMs } = breaker ?? {};
    const problem = gate.problem(name);
    const count = problem === undefined ? 0 : outbox.uncompared(name);
    return {
      node: name,
      role,
      state: state?.kind ?? 'unknown',
      ...(state !== undefined && { since: new Date(state.sinceMs).toISOString() }),
      words: state !== undefined && 'words' in state ? state.words : '',
      ...(lastContactMs !== undefined && { lastContactAt: new Date(lastContactMs).toISOString() }),
      ...(state?.kind === 'pausing' && { nextTryAt: new Date(state.untilMs).toISOString() }),
      failures: breaker?.failures ?? 0,
      counts: outbox.counts({ node: name }),
      ...(problem !== undefined && count > 0 && { resultsWait: { ...resultsWait(problem), count } }),
      retrieving: coming.get(name) ?? 0,
    };
  });
}

export function resultsWait({ why, isProblem, nextTryMs }: WaitReason): ResultsWait {
  return { why, isProblem, ...(nextTryMs !== undefined && { nextTryAt: new Date(nextTryMs).toISOString() }) };
}

/** Objects that running retrieves still wait for, by the archive's name. */
function retrieving(list: readonly Job[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, state, subject, done, total = done } of list) {
    if (kind === 'retrieve' && state === 'running' && subject !== undefined)
      counts.set(subject.node, (counts.get(subject.node) ?? 0) + Math.max(0, total - done));
  }
  return counts;
}
