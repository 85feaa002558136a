import type { OutagePlan, OutageSet } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { useHost } from './host';
import { type ErrorWords, wordsOf } from './words';

const EMPTY: OutageSet = { plan: { rules: [] }, studies: [], scheduled: [], problems: [] };

const MOST_REASONS = 5;

/** "37 of 40 ready", or why there is nothing to be ready; empty while no rule wants anything. */
export function outageSetWords({ plan, studies, problems, comparedAt }: OutageSet, ready: number): string {
  if (plan.rules.length === 0) return '';
  if (studies.length > 0) return `${ready} of ${studies.length} ready`;
  if (comparedAt === undefined) return 'not looked for yet';
  return problems.length > 0 ? 'could not be looked for' : 'no study fits the rules';
}

/** Why not everything that the rules want is ready, as far as that is known: rules that could not be looked up, and the first studies that wait; empty: nothing is amiss. */
export function outageSetHint({ plan, studies, problems, comparedAt }: OutageSet): string {
  if (plan.rules.length === 0) return '';
  const waits = studies.filter(({ ready }) => !ready).map((study) => study.waits);
  return [...(comparedAt === undefined ? [] : problems), ...waits].slice(0, MOST_REASONS).join('; ');
}

/** The studies that must be here when an archive goes away, and which of them are. */
export const useOutageSetStore = defineStore('outage-set', () => {
  const host = useHost();
  const set = shallowRef<OutageSet>(EMPTY);
  const problem = shallowRef<ErrorWords>();
  const ready = computed(() => set.value.studies.filter((study) => study.ready).length);
  const waiting = computed(() => set.value.studies.filter((study) => !study.ready));
  const words = computed(() => outageSetWords(set.value, ready.value));
  const hint = computed(() => outageSetHint(set.value));

  async function attempt(action: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
      problem.value = undefined;
    } catch (error) {
      problem.value = wordsOf(error, action);
    }
  }

  const load = (): Promise<void> => attempt('The outage set could not be read', async () => void (set.value = (await host.call('outageSet.get', {})).set));
  const run = (): Promise<void> => attempt('The outage set could not be compared', async () => void (await host.call('outageSet.run', {})));

  async function plan(next: OutagePlan): Promise<void> {
    await attempt('The rules could not be kept', async () => void (set.value = (await host.call('outageSet.plan', { plan: next })).set));
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    host.on('outageSet.changed', (event) => (set.value = event.set));
    host.onReconnected(() => void load());
    void load();
  }

  return { set, problem, ready, waiting, words, hint, load, run, plan, start };
});
