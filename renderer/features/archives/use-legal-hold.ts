import type { StudyKeeping, StudyRow, StudyUid } from '@shared/domain';
import { type Ref, ref, type ShallowRef, shallowRef } from 'vue';
import { useHost, useNodeStore } from '../../stores';
import { countOf } from '../../ui';

/** A study and who holds it; undefined: nobody does, or it could not be looked up. */
export interface HeldStudy {
  readonly study: StudyRow;
  readonly keeping: StudyKeeping | undefined;
}

export interface LegalHold {
  /** The first of the studies, as they stand now; undefined until that was looked up. */
  readonly shown: ShallowRef<readonly HeldStudy[] | undefined>;
  readonly problem: Ref<string>;
  readonly working: Ref<boolean>;
  /** Asks who holds them now. */
  look(): Promise<void>;
  /** Holds them all, or releases them all; calls `done` when every one was. */
  apply(reason: string): Promise<void>;
}

/** Named one by one; the rest is counted. */
export const MOST_NAMED = 100;

/** The words that stay when all were held or released. */
export function doneWords(hold: boolean, count: number): string {
  const what = countOf(count, 'study is', 'studies are');
  const them = count === 1 ? 'it' : 'them';
  return hold
    ? `${what} on legal hold: never removed to make room, and nobody deletes ${them} until the hold is released.`
    : `${what} no longer on legal hold.`;
}

/** Puts studies on legal hold, or ends it: one by one, so that a failure says how many it was done for. */
export function useLegalHold(hold: boolean, studies: readonly StudyRow[], done: () => void): LegalHold {
  const host = useHost();
  const node = useNodeStore();
  const shown = shallowRef<readonly HeldStudy[]>();
  const problem = ref('');
  const working = ref(false);
  const left = new Map<StudyUid, StudyRow>(studies.map((row) => [row.StudyInstanceUID, row]));

  const words = (error: unknown): string => (error instanceof Error ? error.message : 'no answer');

  async function look(): Promise<void> {
    try {
      const named = studies.slice(0, MOST_NAMED);
      const answers = await Promise.all(named.map(({ StudyInstanceUID }) => host.call('study.keeping', { StudyInstanceUID })));
      shown.value = named.map((study, at) => ({ study, keeping: answers[at]?.keeping }));
    } catch (error) {
      shown.value = studies.slice(0, MOST_NAMED).map((study) => ({ study, keeping: undefined }));
      problem.value = `Who holds them could not be looked up: ${words(error)}. Nothing was changed.`;
    }
  }

  async function apply(reason: string): Promise<void> {
    if (working.value) return;
    working.value = true;
    problem.value = '';
    try {
      for (const StudyInstanceUID of [...left.keys()]) {
        await host.call('study.legalHold', { StudyInstanceUID, legalHold: hold, reason });
        left.delete(StudyInstanceUID);
      }
      node.notify({ key: 'legal-hold', level: 'info', text: doneWords(hold, studies.length), detail: '' });
      done();
    } catch (error) {
      const made = studies.length - left.size;
      const action = hold ? 'put on legal hold' : 'released from it';
      const rest =
        made === 0 ? 'Nothing was changed.' : `${countOf(made, 'study was', 'studies were')} ${action}, ${String(left.size)} not: press again for those.`;
      problem.value = `They could not all be ${action}: ${words(error)}. ${rest}`;
      await look();
    } finally {
      working.value = false;
    }
  }

  return { shown, problem, working, look, apply };
}
