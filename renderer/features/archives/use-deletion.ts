import type { DeleteCandidate, StudyUid } from '@shared/domain';
import { computed, type ComputedRef, onMounted, type Ref, ref, shallowRef } from 'vue';
import { useHost, useTabsStore } from '../../stores';

/** A study that was to be deleted, and why it stays (none: it may go). */
export interface Verdict {
  readonly study: DeleteCandidate;
  readonly obstacles: readonly string[];
}

export interface Deletion {
  /** Undefined until the services have looked. */
  readonly verdicts: ComputedRef<readonly Verdict[] | undefined>;
  /** What went wrong, in words; empty: nothing. */
  readonly problem: Ref<string>;
  /** The word on copies that are not proven to be anywhere else. */
  readonly lastCopies: Ref<boolean>;
  readonly deleting: Ref<boolean>;
  /** Deletes these; calls `done` when they are gone. */
  remove(studies: readonly StudyUid[]): Promise<void>;
}

/** What deleting these studies from the station would do, looked up when the dialog opens. */
export function useDeletion(studies: readonly StudyUid[], words: { readonly none: string; readonly subject: 'It' | 'They' }, done: () => void): Deletion {
  const host = useHost();
  const tabs = useTabsStore();
  const plan = shallowRef<readonly DeleteCandidate[]>();
  const problem = ref('');
  const lastCopies = ref(false);
  const deleting = ref(false);
  const verdicts = computed(() =>
    plan.value?.map((study): Verdict => {
      const isOpen = tabs.tabs.some((tab) => tab.uid === study.StudyInstanceUID);
      return { study, obstacles: [...(isOpen ? ['it is open in a tab: close it first'] : []), ...study.obstacles] };
    }),
  );
  const because = (error: unknown): string => `${error instanceof Error ? error.message : 'no answer'}. Nothing was deleted.`;

  onMounted(async () => {
    try {
      plan.value = (await host.call('study.deletePlan', { studies: [...studies] })).studies;
      if (plan.value.length === 0) problem.value = words.none;
    } catch (error) {
      problem.value = `What would be deleted could not be looked up: ${because(error)}`;
    }
  });

  async function remove(uids: readonly StudyUid[]): Promise<void> {
    if (uids.length === 0 || deleting.value) return;
    deleting.value = true;
    try {
      await host.call('study.delete', { studies: [...uids], lastCopies: lastCopies.value });
      done();
    } catch (error) {
      problem.value = `${words.subject} could not be deleted: ${because(error)}`;
    }
    deleting.value = false;
  }

  return { verdicts, problem, lastCopies, deleting, remove };
}
