import type { OpenedStudy, StudyUid } from '@shared/domain';
import { defineStore } from 'pinia';
import { shallowReactive } from 'vue';
import { useHost } from './host';

/** Whom a study is looked at for: the row that the reader rests on in the list, or the one that the step to the next study would open. */
export type LookFor = 'resting' | 'next';

interface Look {
  readonly uid: StudyUid;
  readonly answer: Promise<OpenedStudy>;
  readonly controller: AbortController;
  /** The answer once it is here. */
  opened?: OpenedStudy;
}

/** Studies that are asked for before they are opened: one for each reason, forgotten when it changes. */
export const useLookedStore = defineStore('looked', () => {
  const host = useHost();
  const looks = new Map<LookFor, Look>();
  /** What was looked at last, also when it was forgotten since. */
  const last = new Map<LookFor, StudyUid>();
  /** How often a study that was looked at became another one. */
  const changes = shallowReactive<Record<LookFor, number>>({ resting: 0, next: 0 });

  /** What opening it would give. Asks once for the same study; rejects as a call does, also when another study is looked at meanwhile. */
  function at(uid: StudyUid, reason: LookFor = 'resting'): Promise<OpenedStudy> {
    const before = looks.get(reason);
    if (before?.uid === uid) return before.answer;
    drop(reason);
    last.set(reason, uid);
    const controller = new AbortController();
    const answer = host.call('study.look', { StudyInstanceUID: uid }, { signal: controller.signal });
    const mine: Look = { uid, answer, controller };
    looks.set(reason, mine);
    answer.then(
      (opened) => (mine.opened = opened),
      () => {
        if (looks.get(reason) === mine) looks.delete(reason);
      },
    );
    return answer;
  }

  function lookOf(uid: StudyUid): Look | undefined {
    const found = [...looks.values()].filter((look) => look.uid === uid);
    return found.find(({ opened }) => opened !== undefined) ?? found[0];
  }

  /** Of this study only when it was looked at and is as it was then. */
  function of(uid: StudyUid): Promise<OpenedStudy> | undefined {
    return lookOf(uid)?.answer;
  }

  /** The same, where it is here already. */
  function ready(uid: StudyUid): OpenedStudy | undefined {
    return lookOf(uid)?.opened;
  }

  /** Nobody wants it any more for this reason. */
  function drop(reason: LookFor): void {
    looks.get(reason)?.controller.abort();
    looks.delete(reason);
  }

  /** It is another one now; without a study: all of them may be. */
  function changed(uid?: StudyUid): void {
    for (const [reason, looked] of last) {
      if (uid !== undefined && looked !== uid) continue;
      drop(reason);
      changes[reason]++;
    }
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    host.on('study.changed', ({ study }) => changed(study.StudyInstanceUID));
    host.on('study.removed', ({ StudyInstanceUID }) => changed(StudyInstanceUID));
    host.onReconnected(() => changed());
  }

  return { at, of, ready, drop, changes, start };
});
