import { ArchiveFacts, type KnownNode, type NodeTest, type RemoteNode, type RetrieveChoice } from '@shared/domain';
import type { Settings } from '../settings';

/** How a node is called: a fact that was found is about this, not about a name. */
export type Address = Pick<RemoteNode, 'aeTitle' | 'host' | 'port' | 'url' | 'tls' | 'tlsName' | 'dimse'>;

/** What was found out about nodes: what a test found they offer, and by what they give objects fastest. */
export interface Facts {
  of(address: Address): Pick<KnownNode, 'tested' | 'retrieve'>;
  noteTest(address: Address, test: NodeTest, atMs: number): void;
  /** Undefined: it is to be measured again. */
  noteRetrieve(address: Address, choice: RetrieveChoice | undefined): void;
}

/** Addresses of the past may fill it; they go first. */
const MOST = 500;

/** Kept in a settings document, so that it holds after a restart too. */
export function createFacts(settings: Pick<Settings, 'value' | 'set'>): Facts {
  const read = (): ArchiveFacts => ArchiveFacts.parse(settings.value('archiveFacts'));
  const put = (address: Address, change: (fact: ArchiveFacts['facts'][number]) => ArchiveFacts['facts'][number]): void => {
    const key = keyOf(address);
    const { facts } = read();
    const known = facts.find((fact) => fact.key === key) ?? { key };
    settings.set('archiveFacts', { facts: [...facts.filter((fact) => fact.key !== key), change(known)].slice(-MOST) });
  };
  return {
    of(address) {
      const { key: _key, ...found } = read().facts.find((fact) => fact.key === keyOf(address)) ?? { key: '' };
      return found;
    },
    noteTest: (address, test, atMs) => put(address, (fact) => ({ ...fact, tested: { ...test, at: new Date(atMs).toISOString() } })),
    noteRetrieve(address, choice) {
      if (choice === undefined && this.of(address).retrieve === undefined) return;
      put(address, ({ retrieve: _before, ...fact }) => ({ ...fact, ...(choice !== undefined && { retrieve: choice }) }));
    },
  };
}

function keyOf({ aeTitle, host, port, url, tls, tlsName, dimse }: Address): string {
  return JSON.stringify([aeTitle, host, port, url ?? '', tls === true, tlsName ?? '', dimse === true]);
}
