import type { OpenedStudy, StudyUid } from '@shared/domain';
import { defineStore } from 'pinia';
import { useHost } from './host';

interface Look {
  readonly uid: StudyUid;
  readonly answer: Promise<OpenedStudy>;
  readonly controller: AbortController;
}

/** The study that the reader rests on in the list, asked for before it is opened: one at a time, forgotten when it changes. */
export const useLookedStore = defineStore('looked', () => {
  const host = useHost();
  let look: Look | undefined;

  /** What opening it would give. Asks once for the same study; rejects as a call does, also when another study is looked at meanwhile. */
  function at(uid: StudyUid): Promise<OpenedStudy> {
    if (look?.uid === uid) return look.answer;
    forget();
    const controller = new AbortController();
    const answer = host.call('study.look', { StudyInstanceUID: uid }, { signal: controller.signal });
    const mine: Look = { uid, answer, controller };
    look = mine;
    answer.catch(() => {
      if (look === mine) look = undefined;
    });
    return answer;
  }

  /** Of this study only when it was looked at and is as it was then. */
  function of(uid: StudyUid): Promise<OpenedStudy> | undefined {
    return look?.uid === uid ? look.answer : undefined;
  }

  function forget(uid = look?.uid): void {
    if (look === undefined || look.uid !== uid) return;
    look.controller.abort();
    look = undefined;
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    host.on('study.changed', ({ study }) => forget(study.StudyInstanceUID));
    host.on('study.removed', ({ StudyInstanceUID }) => forget(StudyInstanceUID));
    host.onReconnected(() => forget());
  }

  return { at, of, forget, start };
});
