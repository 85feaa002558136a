import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/menu.css';
import '../features/station/station.css';
import { createPinia, setActivePinia } from 'pinia';
import { type App as VueApp, computed, createApp } from 'vue';
import { pictureEngineKey, type PictureEngine } from '../features/viewer';
import {
  hostKey,
  type StationHost,
  useArchiveSearchStore,
  useArchivingStore,
  useDetailsStore,
  useDisplaysStore,
  useJobsStore,
  useLookedStore,
  useNodesStore,
  useNodeStore,
  usePreferencesStore,
  useOutageSetStore,
  useReconcileStore,
  useSessionStore,
  useStudyChoiceStore,
  useTabsStore,
  useWorklistSettings,
  useWorklistStore,
} from '../stores';
import { commandsKey } from '../ui';
import App from './App.vue';
import { createCommandCenter } from './command-center';
import { boundTable } from './key-bindings';

/** The whole window over a host and a picture engine. Nothing is asked before `start`. */
export interface StationApp {
  readonly app: VueApp;
  start(element: Element): Promise<void>;
}

export function createStationApp(host: StationHost, engine: PictureEngine): StationApp {
  const app = createApp(App);
  const pinia = createPinia();
  app.use(pinia);
  app.provide(hostKey, host);
  app.provide(pictureEngineKey, engine);
  const table = app.runWithContext(() => computed(() => boundTable(usePreferencesStore(pinia).keys)));
  app.provide(
    commandsKey,
    createCommandCenter(() => table.value),
  );
  return {
    app,
    async start(element) {
      setActivePinia(pinia);
      const parts = app.runWithContext(() => ({
        node: useNodeStore(),
        preferences: usePreferencesStore(),
        jobs: useJobsStore(),
        worklist: useWorklistStore(),
        choice: useStudyChoiceStore(),
        settings: useWorklistSettings(),
        looked: useLookedStore(),
        details: useDetailsStore(),
        session: useSessionStore(),
        displays: useDisplaysStore(),
        tabs: useTabsStore(),
        nodes: useNodesStore(),
        searches: useArchiveSearchStore(),
        archiving: useArchivingStore(),
        reconcile: useReconcileStore(),
        outageSet: useOutageSetStore(),
      }));
      const tell = (error: unknown): void => {
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
        parts.node.notify({ key: 'page', level: 'danger', text: 'A part of this window failed. Nothing is lost; close the study and open it again.', detail });
      };
      app.config.errorHandler = tell;
      // What nobody caught: in a draw, in an answer that came.
      window.addEventListener('unhandledrejection', ({ reason }) => tell(reason));
      window.addEventListener('error', ({ error, message }) => {
        // Chromium reports so that a size changed again while it told of sizes: it tells again with the next frame.
        if (!message.startsWith('ResizeObserver loop')) tell(error ?? message);
      });
      parts.node.start();
      parts.jobs.start();
      parts.looked.start(); // before those that ask again when a study changes
      parts.details.start();
      parts.displays.start();
      parts.tabs.start();
      parts.nodes.start();
      parts.worklist.start();
      parts.choice.start();
      parts.searches.start();
      parts.archiving.start();
      parts.reconcile.start();
      parts.outageSet.start();
      app.mount(element);
      // Whether open studies come back is a preference.
      await Promise.all([parts.settings.load(), parts.preferences.load().then(() => parts.session.load())]);
    },
  };
}
