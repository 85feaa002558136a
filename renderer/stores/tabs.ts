import type { OpenedStudy, StudyRow, StudyUid } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { coalesce } from './coalesce';
import { useHost } from './host';
import { useLookedStore } from './looked';
import { useNodeStore } from './node';
import { usePreferencesStore } from './preferences';
import { useSessionStore } from './session';
import { type ErrorWords, wordsOf } from './words';

/** One open study. `opened` stays while it is asked for again; `problem` says why there is nothing (new) to show. */
export interface StudyTab {
  readonly uid: StudyUid;
  readonly row: StudyRow | undefined;
  readonly opened: OpenedStudy | undefined;
  /** Opened priors by study UID; absent = not asked for yet. */
  readonly priors: ReadonlyMap<StudyUid, OpenedStudy>;
  readonly problem: ErrorWords | undefined;
  /** The archive that it comes from, as long as nothing of it is here: it opens with its first image. */
  readonly awaited?: string | undefined;
}

/** No study: what the viewer is made with before anyone opens one. */
export const NO_TAB: StudyTab = { uid: '' as StudyUid, row: undefined, opened: undefined, priors: new Map(), problem: undefined };

/** How many of the newest priors are opened with the study. */
const PRIORS_AT_ONCE = 3;
/** So long the list stays on the glass for a study that is on its way in. */
const ENTRY_MS = 200;

/** Tabs of the window: the worklist and open studies. Data of an open study follow its events. */
export const useTabsStore = defineStore('tabs', () => {
  const host = useHost();
  const session = useSessionStore();
  const preferences = usePreferencesStore();
  const node = useNodeStore();
  const looked = useLookedStore();
  const tabs = shallowRef<readonly StudyTab[]>([]);
  const activeUid = shallowRef<StudyUid>();
  const active = computed(() => tabs.value.find((tab) => tab.uid === activeUid.value));
  /** Grows each time that somebody goes to a study or to the worklist. */
  const visits = ref(0);
  const stale = new Set<StudyUid>();
  /** By what was asked for: the latest question whose answer is here. Revisions do not tell: a study that was deleted and came again counts its own anew. */
  const answered = new Map<string, number>();
  /** Taken from what was looked at, and what its priors are now is not answered yet. */
  const untold = new Set<StudyUid>();
  let turn = 0;
  /** On its way in: not among the tabs yet. */
  let entering: StudyTab | undefined;

  function tabOf(uid: StudyUid): StudyTab | undefined {
    return entering?.uid === uid ? entering : tabs.value.find((tab) => tab.uid === uid);
  }

  function change(uid: StudyUid, values: Partial<StudyTab>): void {
    if (entering?.uid === uid) entering = { ...entering, ...values };
    else tabs.value = tabs.value.map((tab) => (tab.uid === uid ? { ...tab, ...values } : tab));
  }

  function remember(): void {
    visits.value++;
    session.update({ tabs: tabs.value.map((tab) => tab.uid), active: activeUid.value ?? 'worklist' });
  }

  /** Undefined when the answer to a later question is here already. */
  async function ask(key: string, StudyInstanceUID: StudyUid): Promise<OpenedStudy | undefined> {
    const mine = ++turn;
    const opened = await host.call('study.open', { StudyInstanceUID });
    if ((answered.get(key) ?? 0) > mine) return undefined;
    answered.set(key, mine);
    return opened;
  }

  async function load(uid: StudyUid): Promise<void> {
    try {
      const opened = await ask(uid, uid);
      const before = tabOf(uid);
      if (before === undefined || opened === undefined) return;
      change(uid, { opened, row: opened.study, problem: undefined, awaited: undefined });
      // quietly: whether archives have it otherwise by now is told in a line when it is so
      if (before.opened === undefined) void host.call('reconcile.opened', { StudyInstanceUID: uid }).catch(() => undefined);
      // The study that is entering comes first.
      if (before.opened === undefined && entering?.uid !== uid) void loadPriors(uid, opened);
    } catch (error) {
      if (tabOf(uid)?.awaited !== undefined) return;
      const problem = wordsOf(error, 'The study could not be opened');
      if (problem !== undefined) change(uid, { problem });
    }
  }

  async function readPrior(uid: StudyUid, priorUid: StudyUid): Promise<void> {
    const opened = await ask(`${uid} ${priorUid}`, priorUid);
    const tab = tabOf(uid);
    if (tab !== undefined && opened !== undefined) change(uid, { priors: new Map([...tab.priors, [priorUid, opened]]) });
  }

  /** It was asked for when the reader came to rest on it, and has not changed since: that it is opened is told now. Its priors may be others by now. */
  async function takeLooked(uid: StudyUid, opened: OpenedStudy): Promise<void> {
    const before = tabOf(uid);
    if (before === undefined || before.opened !== undefined) return; // what was asked for later is here already
    change(uid, { opened, row: opened.study });
    untold.add(uid);
    void host.call('reconcile.opened', { StudyInstanceUID: uid }).catch(() => undefined);
    try {
      const { priors } = await host.call('study.opened', { StudyInstanceUID: uid });
      if (tabOf(uid)?.opened === opened && JSON.stringify(priors) !== JSON.stringify(opened.priors)) change(uid, { opened: { ...opened, priors } });
    } catch {
      await load(uid);
    }
    untold.delete(uid);
    const now = tabOf(uid)?.opened;
    if (now !== undefined && entering?.uid !== uid) await loadPriors(uid, now);
  }

  /** What was looked at is there at once, or with its answer; all else is asked for. */
  async function begin(uid: StudyUid): Promise<void> {
    const opened = looked.ready(uid) ?? (await looked.of(uid)?.catch(() => undefined));
    if (opened === undefined) await load(uid);
    else void takeLooked(uid, opened);
  }

  /** The rail keeps offering a prior that could not be opened; the study itself is not concerned. */
  async function loadPrior(uid: StudyUid, priorUid: StudyUid): Promise<void> {
    try {
      await readPrior(uid, priorUid);
    } catch (error) {
      const words = wordsOf(error, 'The prior could not be opened');
      if (words !== undefined) node.notify({ key: 'prior', level: 'attention', text: `${words.what}. ${words.lost}`, detail: words.detail });
    }
  }

  /** The newest ones, and one change of the window for all of them. */
  async function loadPriors(uid: StudyUid, { priors }: OpenedStudy): Promise<void> {
    const newest = priors.slice(0, PRIORS_AT_ONCE).map(({ StudyInstanceUID }) => StudyInstanceUID);
    const opened = await Promise.allSettled(newest.map((StudyInstanceUID) => host.call('study.open', { StudyInstanceUID })));
    const found = opened.flatMap((one) => (one.status === 'fulfilled' ? [[one.value.study.StudyInstanceUID, one.value] as const] : []));
    const tab = tabOf(uid);
    if (tab !== undefined && found.length > 0) change(uid, { priors: new Map([...tab.priors, ...found]) });
  }

  /**
   * Opens a study that is here together with its first picture: what is on the glass stays until `ready` ended, `ENTRY_MS` at most. The window is composed once
   * then, not once without and once with the picture; where a processor composes it, that takes as long as all else.
   */
  function enter(uid: StudyUid, row: StudyRow | undefined, ready: (opened: OpenedStudy) => Promise<void>): void {
    if (entering?.uid === uid) return;
    arrive();
    if (tabOf(uid) !== undefined) {
      open(uid, row);
      return;
    }
    entering = { uid, row, opened: undefined, priors: new Map(), problem: undefined };
    const show = (): void => {
      clearTimeout(limit);
      if (entering?.uid !== uid) return;
      activeUid.value = uid;
      arrive();
      remember();
    };
    const limit = setTimeout(show, ENTRY_MS);
    void begin(uid)
      .then(() => (entering?.opened === undefined || entering.uid !== uid ? undefined : ready(entering.opened)))
      .catch(() => undefined) // said by the viewer
      .then(show);
  }

  /** What is entering is a tab now. */
  function arrive(): void {
    if (entering === undefined) return;
    const { uid, opened } = entering;
    tabs.value = [...tabs.value, entering];
    entering = undefined;
    if (opened !== undefined && !untold.has(uid)) void loadPriors(uid, opened);
  }

  /** Opens a study (or goes to its tab). `awaited`: nothing of it is here yet, it is being fetched from this archive. */
  function open(uid: StudyUid, row?: StudyRow, awaited?: string): void {
    arrive();
    if (!tabs.value.some((tab) => tab.uid === uid)) {
      tabs.value = [...tabs.value, { uid, row, opened: undefined, priors: new Map(), problem: undefined, awaited }];
      void load(uid);
    } else if (awaited !== undefined) change(uid, { awaited, problem: undefined });
    activeUid.value = uid;
    remember();
  }

  function show(uid: StudyUid | undefined): void {
    arrive();
    activeUid.value = uid;
    remember();
  }

  function close(uid: StudyUid): void {
    const index = tabs.value.findIndex((tab) => tab.uid === uid);
    tabs.value = tabs.value.filter((tab) => tab.uid !== uid);
    if (activeUid.value === uid) activeUid.value = tabs.value[Math.min(index, tabs.value.length - 1)]?.uid;
    session.update({ tabs: tabs.value.map((tab) => tab.uid), active: activeUid.value ?? 'worklist' });
  }

  /** Puts another study into the place of a tab: going through a list leaves no trail of tabs. */
  function replace(old: StudyUid, uid: StudyUid, row?: StudyRow): void {
    const at = tabs.value.findIndex((tab) => tab.uid === old);
    if (at >= 0 && !tabs.value.some((tab) => tab.uid === uid)) {
      tabs.value = tabs.value.with(at, { uid, row, opened: undefined, priors: new Map(), problem: undefined });
      void begin(uid);
    } else tabs.value = tabs.value.filter((tab) => tab.uid !== old);
    activeUid.value = uid;
    remember();
  }

  function retry(uid: StudyUid): void {
    const awaited = tabs.value.find((tab) => tab.uid === uid)?.awaited;
    change(uid, { problem: undefined });
    if (awaited === undefined) void load(uid);
    else void fetchAgain(uid, awaited);
  }

  async function fetchAgain(uid: StudyUid, from: string): Promise<void> {
    try {
      await host.call('transfer.retrieve', { StudyInstanceUID: uid, node: from, urgent: true });
    } catch (error) {
      const problem = wordsOf(error, `The study could not be asked for at ${from}`);
      if (problem !== undefined) change(uid, { problem });
    }
  }

  const reload = coalesce(() => {
    for (const uid of stale) {
      if (tabOf(uid) !== undefined) void load(uid);
      // What is shown of it stays where it cannot be read now: it is told again with its next change, and after a restart of the services.
      for (const tab of tabs.value) if (tab.priors.has(uid)) readPrior(tab.uid, uid).catch(() => undefined);
    }
    stale.clear();
  }, 400);

  /** Opens what was open in the last session. */
  function restore(): void {
    if (preferences.general.reopenStudies === false) return;
    for (const uid of session.session.tabs) {
      if (tabs.value.some((tab) => tab.uid === uid)) continue;
      tabs.value = [...tabs.value, { uid, row: undefined, opened: undefined, priors: new Map(), problem: undefined }];
      void load(uid);
    }
    const wanted = tabs.value.find((tab) => tab.uid === session.session.active);
    if (wanted !== undefined && activeUid.value === undefined) activeUid.value = wanted.uid;
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    host.on('study.changed', (event) => {
      const uid = event.study.StudyInstanceUID;
      if (tabOf(uid) === undefined && !tabs.value.some((tab) => tab.priors.has(uid))) return;
      stale.add(uid);
      reload.request();
    });
    host.on('study.removed', (event) => {
      const tab = tabOf(event.StudyInstanceUID);
      if (tab === undefined) return;
      const lost = 'What is on the screen stays until the tab is closed.';
      change(tab.uid, { problem: { what: 'This study was removed from this station', lost, detail: '' } });
    });
    // A fetch that ended before anything of an awaited study came: the tab says so.
    host.on('job.changed', (job) => {
      const uid = job.subject?.StudyInstanceUID;
      const tab = tabs.value.find((candidate) => candidate.uid === uid);
      if (tab?.awaited === undefined || tab.opened !== undefined || job.kind !== 'retrieve' || job.endedAt === undefined) return;
      const what = job.state === 'cancelled' ? 'The fetch of this study was cancelled' : `This study could not be fetched from ${tab.awaited}`;
      if (job.state === 'done') stale.add(tab.uid);
      else change(tab.uid, { problem: { what, lost: 'Nothing is lost: the archive keeps it.', detail: job.error ?? '' } });
      reload.request();
    });
    host.on('app.openStudy', (event) => open(event.StudyInstanceUID));
    host.onReconnected(() => {
      for (const tab of tabs.value) for (const uid of [tab.uid, ...tab.priors.keys()]) stale.add(uid);
      reload.request();
    });
    watch(() => session.loaded, restore, { once: true });
  }

  return { tabs, activeUid, active, visits, open, enter, show, close, replace, retry, loadPrior, start, restore };
});
