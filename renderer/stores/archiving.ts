import type { ArchiveReach, ArchiveState, OutboxCounts, OutboxId, OutboxItem, OutboxObject, ReachSample, StudyRow } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { coalesce } from './coalesce';
import { useHost } from './host';
import { useNodeStore } from './node';
import { type ErrorWords, wordsOf } from './words';

export type OutboxView = 'open' | 'held' | 'failed' | 'done';

const NO_COUNTS: OutboxCounts = { waiting: 0, sending: 0, sent: 0, committed: 0, proven: 0, failed: 0, cancelled: 0 };
const LISTED = 500;
const MINUTE_MS = 60_000;
const MINUTES_OF_A_DAY = 1440;

/** What leaves this station and how the archives fare: which of them answer, what waits for them, what could not be sent. */
export const useArchivingStore = defineStore('archiving', () => {
  const host = useHost();
  const node = useNodeStore();
  /** By name: whether it answers. */
  const reach = shallowRef<readonly ArchiveReach[]>([]);
  /** By name: how our work with it fares. */
  const states = shallowRef<readonly ArchiveState[]>([]);
  const samples = shallowRef<ReadonlyMap<string, readonly ReachSample[]>>(new Map());
  const counts = shallowRef<OutboxCounts>(NO_COUNTS);
  const items = shallowRef<readonly OutboxItem[]>([]);
  const matching = ref(0);
  const view = ref<OutboxView>();
  /** How many objects waited, minute by minute of this run. */
  const waitingHistory = shallowRef<readonly { readonly at: number; readonly waiting: number }[]>([]);
  const problem = shallowRef<ErrorWords>();
  /** The screen of the outbox is open: its list follows what happens. */
  const listShown = ref(false);

  const away = computed(() => reach.value.filter((archive) => archive.state === 'noAnswer'));
  const awayNames = computed(() => new Set(away.value.map((archive) => archive.node)));
  /** Archives that answer, with results that wait because something could not be compared. */
  const uncompared = computed(() =>
    states.value.flatMap(({ node: name, resultsWait }) => (resultsWait === undefined || awayNames.value.has(name) ? [] : [{ node: name, ...resultsWait }])),
  );
  const waiting = computed(() => counts.value.waiting + counts.value.sending);

  async function attempt(action: string, task: () => Promise<void>): Promise<boolean> {
    try {
      await task();
      problem.value = undefined;
      return true;
    } catch (error) {
      problem.value = wordsOf(error, action);
      return false;
    }
  }

  async function load(): Promise<void> {
    await attempt('The state of the archives could not be read', async () => {
      reach.value = (await host.call('outage.status', {})).archives;
      states.value = (await host.call('archive.states', {})).archives;
      counts.value = (await host.call('outbox.list', { limit: 1 })).counts;
    });
    if (listShown.value) await loadList();
  }

  async function loadList(): Promise<void> {
    await attempt('The outbox could not be read', async () => {
      const where = view.value === undefined ? {} : { where: view.value };
      const answer = await host.call('outbox.list', { ...where, limit: LISTED });
      items.value = answer.items;
      matching.value = answer.matching;
      counts.value = answer.counts;
    });
  }

  async function loadSamples(): Promise<void> {
    await attempt('The answers of the archives could not be read', async () => {
      const { archives } = await host.call('outage.samples', {});
      samples.value = new Map(archives.map((archive) => [archive.node, archive.samples]));
    });
  }

  async function objectsOf(id: OutboxId): Promise<readonly OutboxObject[]> {
    try {
      return (await host.call('outbox.item', { id, limit: 1000 })).objects;
    } catch {
      return [];
    }
  }

  async function change(call: 'outbox.retry' | 'outbox.cancel' | 'outbox.hold' | 'outbox.release', id: OutboxId): Promise<void> {
    const action = { 'outbox.retry': 'tried again', 'outbox.cancel': 'cancelled', 'outbox.hold': 'held', 'outbox.release': 'released' }[call];
    await attempt(`It could not be ${action}`, async () => {
      const { item } = await host.call(call, { id });
      items.value = items.value.map((other) => (other.id === id ? item : other));
    });
    listSoon.request();
  }

  /** Writes the dead letters of an order into a folder that the user chooses. */
  async function exportDead(id: OutboxId): Promise<void> {
    const done = await attempt('The dead letters could not be written', async () => {
      const { paths } = await host.call('dialog.choosePaths', { kind: 'folder' });
      const folder = paths[0];
      if (folder === undefined) return;
      const answer = await host.call('outbox.export', { id, folder });
      node.notify({ key: 'outbox-export', level: 'info', text: `${String(answer.exported)} objects were written to ${answer.folder}.`, detail: '' });
    });
    if (!done && problem.value !== undefined)
      node.notify({ key: 'outbox-export', level: 'danger', text: `${problem.value.what}. Nothing is lost.`, detail: problem.value.detail });
  }

  /** What is pinned is never removed to make room; deleting it is another matter. */
  async function pin(studies: readonly Pick<StudyRow, 'StudyInstanceUID'>[], pinned: boolean): Promise<void> {
    try {
      for (const { StudyInstanceUID } of studies) await host.call('study.pin', { StudyInstanceUID, pinned });
      const what = studies.length === 1 ? '1 study' : `${String(studies.length)} studies`;
      const text = pinned ? `${what} pinned: never removed to make room.` : `${what} no longer pinned: may make room again, once proven elsewhere.`;
      node.notify({ key: 'pin', level: 'info', text, detail: '' });
    } catch (error) {
      const words = wordsOf(error, 'It could not be pinned or unpinned');
      if (words !== undefined) node.notify({ key: 'pin', level: 'danger', text: `${words.what}. Nothing is lost.`, detail: words.detail });
    }
  }

  /** Asks archives now, and lets what waits for them go. */
  async function tryNow(name?: string): Promise<void> {
    await attempt('The archives could not be asked', async () => {
      reach.value = (await host.call('outage.tryNow', name === undefined ? {} : { node: name })).archives;
      for (const one of reach.value)
        if (one.state === 'ok' && (name === undefined || one.node === name)) await host.call('outbox.retryNode', { node: one.node });
    });
  }

  const reachOf = (name: string): ArchiveReach | undefined => reach.value.find((archive) => archive.node === name);
  const stateOf = (name: string): ArchiveState | undefined => states.value.find((archive) => archive.node === name);
  const listSoon = coalesce(() => void loadList(), 300);

  function showList(shown: boolean): void {
    listShown.value = shown;
    if (shown) void loadList();
  }

  function setView(next: OutboxView | undefined): void {
    view.value = next;
    void loadList();
  }

  function noteWaiting(): void {
    const entry = { at: Date.now(), waiting: waiting.value };
    const last = waitingHistory.value.at(-1);
    const kept = last !== undefined && entry.at - last.at < MINUTE_MS ? waitingHistory.value.slice(0, -1) : waitingHistory.value;
    const highest = last !== undefined && kept.length < waitingHistory.value.length ? Math.max(last.waiting, entry.waiting) : entry.waiting;
    waitingHistory.value = [...kept, { at: kept.length < waitingHistory.value.length && last !== undefined ? last.at : entry.at, waiting: highest }].slice(
      -MINUTES_OF_A_DAY,
    );
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    setInterval(noteWaiting, MINUTE_MS);
    host.on('outage.changed', (event) => (reach.value = event.archives));
    host.on('outbox.changed', (event) => {
      counts.value = event.counts;
      states.value = event.archives;
      noteWaiting();
      if (listShown.value) listSoon.request();
    });
    host.onReconnected(() => void load());
    void load();
  }

  return {
    ...{ reach, states, samples, counts, items, matching, view, problem, away, awayNames, uncompared, waiting, waitingHistory },
    ...{ load, loadList, loadSamples, objectsOf, change, exportDead, pin, tryNow, reachOf, stateOf, showList, setView, start },
  };
});
