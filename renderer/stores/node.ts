import type { AppInfo } from '@shared/contract';
import type { AcceptedSender, CacheStatus, NodeStatus, QuarantineItem, RefusedSender } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { coalesce } from './coalesce';
import { type ConnectionState, useHost } from './host';
import { type ErrorWords, wordsOf } from './words';

/** One line above the status line. `key` names the cause: a newer message of the same cause replaces the older. */
export interface Notice {
  readonly key: string;
  readonly level: 'info' | 'attention' | 'danger';
  readonly text: string;
  readonly detail: string;
}

/** Health of the station: connection, DICOM node, cache, senders, what was set aside, messages. */
export const useNodeStore = defineStore('node', () => {
  const host = useHost();
  const connection = ref<ConnectionState>(host.state);
  const info = shallowRef<AppInfo>();
  const node = shallowRef<NodeStatus>();
  const cache = shallowRef<CacheStatus>();
  const accepted = shallowRef<readonly AcceptedSender[]>([]);
  const refused = shallowRef<readonly RefusedSender[]>([]);
  /** Objects of SOP classes outside the standard's table are taken too. */
  const takesUnknownClasses = ref(false);
  const quarantine = shallowRef<readonly QuarantineItem[]>([]);
  const notices = shallowRef<readonly Notice[]>([]);
  const problem = shallowRef<ErrorWords>();
  const everReady = ref(host.state === 'ready');

  const cachePercent = computed(() => {
    const status = cache.value;
    if (status === undefined || status.diskTotalBytes <= 0) return undefined;
    return Math.round((1 - status.diskFreeBytes / status.diskTotalBytes) * 100);
  });
  /** The language that the user chose for dates and numbers; empty: the computer's. */
  const ownLocale = ref('');
  const locale = computed(() => (isLocale(ownLocale.value) ? ownLocale.value : (info.value?.locale ?? 'en-GB')));

  /** True when it was done; otherwise `problem` says why not. */
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

  async function loadInfo(): Promise<void> {
    await attempt('The facts about this program could not be read', async () => {
      info.value = await host.call('app.info', {});
    });
  }

  async function loadSenders(): Promise<void> {
    await attempt('The list of senders could not be read', async () => {
      const senders = await host.call('node.senders', {});
      accepted.value = senders.accepted;
      refused.value = senders.refused;
      takesUnknownClasses.value = senders.acceptUnknownSopClasses;
    });
  }

  async function loadQuarantine(): Promise<void> {
    await attempt('The list of what was set aside could not be read', async () => {
      quarantine.value = (await host.call('quarantine.list', {})).items;
    });
  }

  async function load(): Promise<void> {
    await attempt('The state of the DICOM node could not be read', async () => {
      node.value = await host.call('node.status', {});
    });
    await attempt('The state of the cache could not be read', async () => {
      cache.value = await host.call('cache.status', {});
    });
    await loadSenders();
    if ((cache.value?.quarantined ?? 0) > 0) await loadQuarantine();
  }

  /** True when it may send now; otherwise `problem` says why not and stays until the next attempt. */
  async function allowSender(aeTitle: string, address: string): Promise<boolean> {
    const done = await attempt(`${aeTitle} could not be allowed`, async () => {
      accepted.value = (await host.call('node.allowSender', { aeTitle, host: address })).accepted;
    });
    if (done) await loadSenders();
    return done;
  }

  async function forgetSender(aeTitle: string, address: string): Promise<void> {
    await attempt(`${aeTitle} could not be forgotten`, async () => {
      accepted.value = (await host.call('node.forgetSender', { aeTitle, host: address })).accepted;
    });
  }

  async function takeUnknownClasses(accept: boolean): Promise<void> {
    await attempt('The choice could not be kept', async () => {
      takesUnknownClasses.value = (await host.call('node.acceptUnknownSopClasses', { accept })).acceptUnknownSopClasses;
    });
  }

  /** C-ECHO to a peer. Every end is an answer in words, also when this station itself could not ask. */
  async function echo(aeTitle: string, address: string, port: number): Promise<{ ok: boolean; words: string; elapsedMs?: number }> {
    try {
      return await host.call('node.echo', { aeTitle, host: address, port });
    } catch (error) {
      const words = wordsOf(error, 'The C-ECHO could not be sent');
      return { ok: false, words: words === undefined ? 'The C-ECHO was cancelled.' : `${words.what}: ${words.detail}` };
    }
  }

  function notify(notice: Notice): void {
    notices.value = [...notices.value.filter((other) => other.key !== notice.key), notice].slice(-4);
  }

  function dismiss(key: string): void {
    notices.value = notices.value.filter((notice) => notice.key !== key);
  }

  async function copyText(text: string): Promise<void> {
    await attempt('The text could not be copied', async () => {
      await host.call('shell.copyText', { text });
    });
  }

  function followConnection(state: ConnectionState): void {
    if (state === 'restarting' && everReady.value) {
      const detail = 'What was received is on disk and stays there. The list shows its last state; images that are loaded stay on the screen.';
      notify({ key: 'services', level: 'attention', text: 'The DICOM service stopped and is being started again. Nothing is lost.', detail });
    }
    if (state === 'failed') {
      const detail = 'Close the program and start it again. Everything that was acknowledged is kept on disk.';
      notify({ key: 'services', level: 'danger', text: 'The DICOM service could not be started. Nothing is lost; nothing is received until it runs.', detail });
    }
    if (state === 'ready' && connection.value !== 'ready') {
      if (everReady.value) {
        const time = new Intl.DateTimeFormat(locale.value, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(new Date());
        const text = `The DICOM service stopped and was started again, ${time}. Nothing is lost; what was arriving is asked for again by its sender.`;
        notify({
          key: 'services',
          level: 'info',
          text,
          detail: 'Every image that was acknowledged to its sender is kept. Lists and open studies were read again.',
        });
      }
      everReady.value = true;
    }
    connection.value = state;
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    const later = coalesce(() => void loadSenders(), 300);
    const laterQuarantine = coalesce(() => void loadQuarantine(), 300);
    host.onState(followConnection);
    host.onReconnected(() => void load());
    host.on('node.changed', (status) => (node.value = status));
    host.on('cache.changed', (status) => {
      if (status.quarantined !== quarantine.value.length) laterQuarantine.request();
      cache.value = status;
    });
    host.on('node.senderRefused', () => later.request());
    host.on('station.notice', ({ key, level, text, detail = '' }) => (text === '' ? dismiss(key) : notify({ key, level, text, detail })));
    void loadInfo();
    void load();
  }

  return {
    chooseLocale: (tag: string) => (ownLocale.value = tag),
    connection,
    info,
    node,
    cache,
    cachePercent,
    accepted,
    refused,
    takesUnknownClasses,
    quarantine,
    notices,
    problem,
    locale,
    start,
    loadSenders,
    loadQuarantine,
    allowSender,
    forgetSender,
    takeUnknownClasses,
    echo,
    notify,
    dismiss,
    copyText,
  };
});

/** A tag that `Intl` knows. */
function isLocale(tag: string): boolean {
  try {
    return tag !== '' && Intl.DateTimeFormat.supportedLocalesOf([tag]).length > 0;
  } catch {
    return false; // no tag at all
  }
}
