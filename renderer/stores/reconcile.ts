import type { ReconcileChoice, ReconcileItem, ReconcileRun, ReturnCounts, ReturnEvent } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useHost } from './host';
import { useNodeStore } from './node';
import { type ErrorWords, wordsOf } from './words';

/** What changed at archives while they were away, and what is chosen about it. */
export const useReconcileStore = defineStore('reconcile', () => {
  const host = useHost();
  const node = useNodeStore();
  const runs = shallowRef<readonly ReconcileRun[]>([]);
  const shownNode = ref('');
  const problem = shallowRef<ErrorWords>();
  const applying = ref(false);
  /** The comparison that is on the screen: the chosen one, else the latest. */
  const run = computed(() => runs.value.find((one) => one.node === shownNode.value) ?? [...runs.value].sort((a, b) => b.at.localeCompare(a.at))[0]);
  const open = (item: ReconcileItem): boolean => item.applied === undefined;
  const needsChoice = computed(() => run.value?.items.filter((item) => open(item) && item.choice === undefined) ?? []);
  const ready = computed(() => run.value?.items.filter((item) => open(item) && item.choice !== undefined && item.choice !== 'hold') ?? []);

  function put(next: ReconcileRun): void {
    const before = runs.value.find((one) => one.node === next.node);
    runs.value = [...runs.value.filter((one) => one.node !== next.node), next];
    const wasReady = before?.state === 'ready';
    const known = new Set(wasReady ? before.items.map(({ id }) => id) : []);
    const fresh = next.items.filter((item) => open(item) && !known.has(item.id));
    const [first] = fresh;
    if (next.state !== 'ready' || first === undefined) return;
    // found when the study was opened, or when everything was compared
    const text =
      next.total === 1 || wasReady
        ? `${next.node} has a study otherwise than it is here: ${first.there}. Nothing was changed here; open "Reconcile".`
        : `${next.node} was compared with what is here: ${fresh.length} of ${next.total} studies changed. Nothing was changed here yet; open "Reconcile".`;
    node.notify({
      key: `reconcile-${next.node}`,
      level: 'attention',
      text,
      detail: next.failed.map((one) => `${one.StudyInstanceUID}: ${one.words}`).join('; '),
    });
  }

  async function attempt(action: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
      problem.value = undefined;
    } catch (error) {
      problem.value = wordsOf(error, action);
    }
  }

  async function load(): Promise<void> {
    await attempt('The comparisons could not be read', async () => {
      runs.value = (await host.call('reconcile.list', {})).runs;
    });
  }

  async function compare(name: string): Promise<void> {
    shownNode.value = name;
    await attempt(`${name} could not be compared`, async () => void (await host.call('reconcile.compare', { node: name })));
  }

  async function choose(item: ReconcileItem, choice: ReconcileChoice): Promise<void> {
    const name = run.value?.node;
    if (name === undefined) return;
    await attempt('The choice could not be kept', async () => put((await host.call('reconcile.choose', { node: name, id: item.id, choice })).run));
  }

  async function apply(): Promise<void> {
    const name = run.value?.node;
    if (name === undefined || applying.value) return;
    applying.value = true;
    await attempt('Not everything could be applied', async () => put((await host.call('reconcile.apply', { node: name })).run));
    applying.value = false;
  }

  /** What happened to the study of a row while the archive was away. Rejects with words. */
  async function history({ StudyInstanceUID }: ReconcileItem): Promise<readonly ReturnEvent[]> {
    const name = run.value?.node;
    return name === undefined ? [] : (await host.call('reconcile.history', { node: name, StudyInstanceUID })).events;
  }

  /** What left for the archive since it went away. Rejects with words. */
  async function counts(): Promise<ReturnCounts | undefined> {
    const name = run.value?.node;
    return name === undefined ? undefined : await host.call('reconcile.counts', { node: name });
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    host.on('reconcile.changed', (event) => put(event.run));
    host.onReconnected(() => void load());
    void load();
  }

  return { runs, run, shownNode, problem, applying, needsChoice, ready, load, compare, choose, apply, history, counts, start };
});
