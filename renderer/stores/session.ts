import type { StudyUid } from '@shared/domain';
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { UNTIL_ANSWERED, useHost } from './host';
import { useNodeStore } from './node';
import { saveSoon } from './save-soon';
import { EMPTY_SESSION, parseSession, type Session, type StudyPlace, withPlace } from './session-schema';
import { wordsOf } from './words';

/** The place on the desk: open studies and how each viewport stood. Kept in settings, so that a crash brings it back. */
export const useSessionStore = defineStore('session', () => {
  const host = useHost();
  const node = useNodeStore();
  const session = shallowRef<Session>(EMPTY_SESSION);
  const loaded = ref(false);
  let failing = false;
  /** What is kept could not be read: it is not overwritten by what stands here in its stead. */
  let unread = false;

  async function save(): Promise<void> {
    if (unread) return;
    try {
      await host.call('settings.set', { name: 'session', value: session.value });
      failing = false;
    } catch (error) {
      const words = wordsOf(error, 'The place of the open studies could not be saved');
      // While the services restart every change fails: said once, tried again with the next change.
      if (words !== undefined && !failing) node.notify({ key: 'session', level: 'attention', text: `${words.what}. ${words.lost}`, detail: words.detail });
      failing = true;
    }
  }

  const later = saveSoon(() => void save(), 500);

  async function load(): Promise<void> {
    try {
      const answer = await host.call('settings.get', { name: 'session' }, UNTIL_ANSWERED);
      const read = parseSession(answer.value);
      if (read !== undefined) session.value = read;
      else sayUnread('it is of another form');
      if (answer.notice !== undefined) node.notify({ key: 'settings-session', level: 'attention', text: answer.notice, detail: '' });
    } catch (error) {
      sayUnread(wordsOf(error, '')?.detail ?? '');
    } finally {
      loaded.value = true;
    }
  }

  function sayUnread(detail: string): void {
    unread = true;
    const text =
      'The place of the last session could not be read: no study opens by itself. What is kept is not overwritten, and what changes holds until the program ends.';
    node.notify({ key: 'session', level: 'attention', text, detail });
  }

  function update(change: Partial<Session>): void {
    session.value = { ...session.value, ...change };
    if (loaded.value) later.request();
  }

  function placeOf(study: StudyUid): StudyPlace | undefined {
    return session.value.places[study];
  }

  function setPlace(study: StudyUid, place: StudyPlace): void {
    update(withPlace(session.value, study, place));
  }

  return { session, loaded, load, update, placeOf, setPlace, flush: () => later.flush() };
});
