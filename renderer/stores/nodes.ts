import { type KnownNode, nodePermissions, type NodeTest, type RemoteNode } from '@shared/domain';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useHost } from './host';
import { type ErrorWords, wordsOf } from './words';

/** How a node is called, for a test: it need not be a saved one. */
export type NodeAddress = Pick<RemoteNode, 'aeTitle' | 'host' | 'port' | 'tls' | 'tlsName' | 'url' | 'dimse'> & Partial<Pick<RemoteNode, 'name'>>;

/** Archives and other nodes that this station knows: who they are, what they may do, what a test of them found. */
export const useNodesStore = defineStore('nodes', () => {
  const host = useHost();
  const nodes = shallowRef<readonly KnownNode[]>([]);
  const loaded = ref(false);
  const problem = shallowRef<ErrorWords>();
  /** Those that are searched and fetched from. */
  const archives = computed(() => nodes.value.filter((node) => nodePermissions(node).weQuery));
  /** Those that studies are sent to. */
  const destinations = computed(() => nodes.value.filter((node) => nodePermissions(node).weSend));

  /** True when it was done; otherwise `problem` says why not. */
  async function attempt(action: string, task: () => Promise<readonly KnownNode[]>): Promise<boolean> {
    try {
      nodes.value = await task();
      loaded.value = true;
      problem.value = undefined;
      return true;
    } catch (error) {
      problem.value = wordsOf(error, action);
      return false;
    }
  }

  async function load(): Promise<void> {
    await attempt('The list of archives and nodes could not be read', async () => (await host.call('node.list', {})).nodes);
  }

  /** `replaces`: the name of the entry that this one takes the place of. */
  async function save(node: RemoteNode, replaces?: string): Promise<boolean> {
    const request = replaces === undefined ? { node } : { node, replaces };
    return await attempt(`${node.name} could not be saved`, async () => (await host.call('node.save', request)).nodes);
  }

  async function remove(name: string): Promise<boolean> {
    return await attempt(`${name} could not be removed`, async () => (await host.call('node.remove', { name })).nodes);
  }

  /** Every end is an answer in words, also when this station itself could not ask. */
  async function test({ name, aeTitle, host: address, port, tls, tlsName, url, dimse }: NodeAddress): Promise<NodeTest> {
    try {
      const answer = await host.call('node.test', {
        ...{ aeTitle, host: address, port },
        ...(name !== undefined && { name }),
        ...(tls === true && { tls, ...(tlsName !== undefined && { tlsName }) }),
        ...(url !== undefined && { url }),
        ...(dimse === true && { dimse }),
      });
      void load();
      return answer;
    } catch (error) {
      const words = wordsOf(error, 'The test could not be made');
      const text = words === undefined ? 'The test was cancelled.' : `${words.what}: ${words.detail}`;
      return { outcome: 'failed', words: text, elapsedMs: 0, offers: [], storageClasses: 0, storageClassesProposed: 0 };
    }
  }

  /** The secret of our client; the services keep it and never give it back. */
  async function setSecret(name: string, secret: string): Promise<boolean> {
    return await attempt(`The secret for ${name} could not be kept`, async () => {
      await host.call('archive.setSecret', { node: name, secret });
      return (await host.call('node.list', {})).nodes;
    });
  }

  /** A person signs in, in the browser of the system. What came of it, in words. */
  async function signIn(name: string, signal: AbortSignal): Promise<string> {
    try {
      const { user } = await host.call('archive.signIn', { node: name }, { signal });
      await load();
      return user === '' ? 'Signed in.' : `Signed in as ${user}.`;
    } catch (error) {
      return wordsOf(error, '')?.detail ?? '';
    }
  }

  async function signOut(name: string): Promise<string> {
    try {
      await host.call('archive.signOut', { node: name });
      await load();
      return '';
    } catch (error) {
      return wordsOf(error, '')?.detail ?? '';
    }
  }

  /** Subscribes for the life of the application. */
  function start(): void {
    host.onReconnected(() => void load());
    host.on('node.listChanged', (event) => (nodes.value = event.nodes));
    void load();
  }

  return { nodes, loaded, problem, archives, destinations, load, save, remove, test, setSecret, signIn, signOut, start };
});
