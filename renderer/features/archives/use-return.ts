import type { ReconcileItem, ReturnCounts, ReturnEvent } from '@shared/domain';
import { computed, ref, type Ref, watch } from 'vue';
import { useArchivingStore, useReconcileStore } from '../../stores';

/** What happened to the study of a row: nothing of one row ever stands under another. */
export function useHistory(item: () => ReconcileItem, archive: () => string): { readonly events: Ref<readonly ReturnEvent[]>; readonly problem: Ref<string> } {
  const reconcile = useReconcileStore();
  const events = ref<readonly ReturnEvent[]>([]);
  const problem = ref('');
  const shownId = computed(() => `${archive()} ${item().id}`);

  async function load(): Promise<void> {
    const id = shownId.value;
    try {
      const found = await reconcile.history(item());
      if (shownId.value !== id) return;
      events.value = found;
      problem.value = '';
    } catch (error) {
      if (shownId.value === id) problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  watch(shownId, () => {
    events.value = [];
    problem.value = '';
  });
  watch([shownId, () => item().applied, () => reconcile.run?.state], () => void load(), { immediate: true });
  return { events, problem };
}

/** What left for the archive on the screen since it is back; undefined: not known, or nobody was away. */
export function useReturnCounts(): Ref<ReturnCounts | undefined> {
  const reconcile = useReconcileStore();
  const archiving = useArchivingStore();
  const counts = ref<ReturnCounts>();

  async function load(): Promise<void> {
    // what is shown is only the progress: the next change of the outbox asks again
    const name = reconcile.run?.node;
    const isBack = reconcile.run?.backSince !== undefined;
    const found = isBack ? await reconcile.counts().catch(() => undefined) : undefined;
    if (reconcile.run?.node === name) counts.value = found;
  }

  watch(
    () => reconcile.run?.node,
    () => (counts.value = undefined),
  );
  watch(
    [
      () => reconcile.run?.node,
      () => reconcile.run?.state,
      () => reconcile.run?.items.filter((one) => one.applied !== undefined).length,
      () => JSON.stringify(archiving.stateOf(reconcile.run?.node ?? '')?.counts),
    ],
    () => void load(),
    { immediate: true },
  );
  return counts;
}
