import type { ReconcileChoice, ReconcileItem, ReconcileRun, ReturnCounts, ReturnEvent } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { useHost } from './host';
import { useNodeStore } from './node';
import { type ErrorWords, wordsOf } from './words';

/** What changed at archives while they were away, and what is chosen about it. */
export const useReconcileStore = defineStore('reconcile', () => {
  const host = useHost();
  const node = useNodeStore();
  const runs = shallowRef<readonly ReconcileRun[]>([]);
  /** The archive that was asked for, and the one that the open screen stands on. */
  const shownNode = ref('');
  const heldNode = ref('');
  const problem = shallowRef<ErrorWords>();
  const applying = ref(false);
  const ofNode = (name: string): ReconcileRun | undefined => runs.value.find((one) => one.node === name);
  /** The comparison that is on the screen: the chosen one, else that of the open screen, else the latest. */
  const run = computed(() => ofNode(shownNode.value) ?? ofNode(heldNode.value) ?? [...runs.value].sort((a, b) => b.at.localeCompare(a.at))[0]);
  const open = (item: ReconcileItem): boolean => item.applied === undefined;
  const needsChoice = computed(() => run.value?.items.filter((item) => open(item) && item.choice === undefined) ?? []);
  const ready = computed(() => {
    const isBusy = run.value?.state === 'comparing';
    // what is compared again at this moment is not applied as it was
    return run.value?.items.filter((item) => open(item) && item.choice !== undefined && item.choice !== 'hold' && !(isBusy && item.isOld === true)) ?? [];
  });
  /** What waits for a choice or to be applied, by study. */
  const differences = computed(() => {
    const found = new Map<string, { readonly node: string; readonly item: ReconcileItem }>();
    for (const one of runs.value)
      for (const item of one.items) if (open(item) && !found.has(item.StudyInstanceUID)) found.set(item.StudyInstanceUID, { node: one.node, item });
    return found;
  });

  function put(next: ReconcileRun): void {
    const before = ofNode(next.node);
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

  /** What an archive has otherwise of a study, in words; undefined: nothing that waits. */
  function wordsOfStudy(StudyInstanceUID: string): string | undefined {
    const found = differences.value.get(StudyInstanceUID);
    return found === undefined ? undefined : `${found.node} has it otherwise: ${found.item.there}. Open "Reconcile".`;
  }

  /** Found before the program was started, and nobody was asked since. */
  function tellBefore({ node: name, items }: ReconcileRun): void {
    const studies = new Set(items.filter(open).map(({ StudyInstanceUID }) => StudyInstanceUID)).size;
    if (studies === 0) return;
    const words = `${name} had ${studies === 1 ? 'a study' : `${String(studies)} studies`} otherwise than here when it was compared before the start`;
    node.notify({ key: `reconcile-${name}`, level: 'attention', text: `${words}. Nothing was changed here; open "Reconcile".`, detail: '' });
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
      for (const one of runs.value.filter(({ isFromBefore }) => isFromBefore === true)) tellBefore(one);
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

  /** Applies what is on the screen as it stands there: a row that came or changed in the same moment waits. */
  async function apply(): Promise<void> {
    const name = run.value?.node;
    if (name === undefined || applying.value) return;
    applying.value = true;
    const seen = ready.value.flatMap(({ id, there, choice }) => (choice === undefined ? [] : [{ id, there, choice }]));
    await attempt('Not everything could be applied', async () => put((await host.call('reconcile.apply', { node: name, seen })).run));
    applying.value = false;
  }

  /** While the screen is open another comparison does not take the place of the one on it. @returns ends it */
  function stay(): () => void {
    const stop = watch(
      () => run.value?.node,
      (name) => (heldNode.value = name ?? ''),
      { immediate: true, flush: 'sync' },
    );
    return () => {
      stop();
      heldNode.value = '';
      shownNode.value = '';
    };
  }

  function show(name: string): void {
    shownNode.value = name;
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

  return { runs, run, problem, applying, needsChoice, ready, wordsOf: wordsOfStudy, load, compare, choose, apply, stay, show, history, counts, start };
});
