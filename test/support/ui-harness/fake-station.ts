import { createPinia, setActivePinia } from 'pinia';
import { createApp } from 'vue';
import {
  hostKey,
  useJobsStore,
  useLookedStore,
  useNodeStore,
  useSessionStore,
  useTabsStore,
  useWorklistSettings,
  useWorklistStore,
} from '../../../renderer/stores';
import { FakeHost, type FakeOptions } from './fake-host';

/** Stores over a fake host, without a page. */
export function station(options: FakeOptions) {
  const host = new FakeHost(options);
  const app = createApp({});
  const pinia = createPinia();
  app.use(pinia);
  app.provide(hostKey, host);
  setActivePinia(pinia);
  return app.runWithContext(() => ({
    host,
    node: useNodeStore(),
    jobs: useJobsStore(),
    worklist: useWorklistStore(),
    settings: useWorklistSettings(),
    session: useSessionStore(),
    tabs: useTabsStore(),
    looked: useLookedStore(),
  }));
}
