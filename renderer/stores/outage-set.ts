import type { OutagePlan, OutageSet } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { useHost } from './host';
import { type ErrorWords, wordsOf } from './words';

const EMPTY: OutageSet = { plan: { rules: [] }, studies: [], scheduled: [], problems: [] };

/** The studies that must be here when an archive goes away, and which of them are. */
export const useOutageSetStore = defineStore('outage-set', () => {
  const host = useHost();
  const set = shallowRef<OutageSet>(EMPTY);
  const problem = shallowRef<ErrorWords>();
  const ready = computed(() => set.value.studies.filter((study) => study.ready).length);
  const waiting = computed(() => set.value.studies.filter((study) => !study.ready));
  /** "37 of 40 ready"; empty while no rule wants anything. */
  const words = computed(() => (set.value.plan.rules.length === 0 ? '' : `${ready.value} of ${set.value.studies.length} ready`));

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

  return { set, problem, ready, waiting, words, load, run, plan, start };
});
