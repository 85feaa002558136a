import { join } from 'node:path';
import type { NodeList } from './archive';
import { type ArchiveAccesses, type Authorization, createArchiveAccesses, tokensFromFiles, type WebTls } from './dicomweb';
import type { HostEnvironment } from './host-environment';
import type { Broadcaster } from './rpc';
import { openSecrets, type SecretStore } from './secrets';

export interface AccessParts {
  readonly env: HostEnvironment;
  readonly secrets: SecretStore;
  readonly tls: WebTls;
  nodes(): Pick<NodeList, 'all'>;
  openBrowser(url: string): void;
  onChanged(): void;
  notices(): Pick<Broadcaster, 'notice' | 'withdraw'>;
}

export interface Access {
  readonly accesses: ArchiveAccesses;
  /** Files of the command line first: they hold for this run in the place of what the settings say. */
  readonly authorization: Authorization;
}

/** Secrets of this station, below its data folder. */
export function stationSecrets({ options, keys, clock, log }: HostEnvironment): SecretStore {
  return openSecrets({ folder: join(options.dataDir, 'secrets'), keys, now: clock.now, log: log.child({ part: 'secrets' }) });
}

/** Access to archives by DICOMweb: by files of the command line, by a client of ours, or by a person who signs in. */
export function createAccess({ env, secrets, tls, nodes, openBrowser, onChanged, notices }: AccessParts): Access {
  const files = tokensFromFiles(env.options.archiveTokens ?? [], env.clock);
  const accesses = createArchiveAccesses({
    ...{ secrets, tls, openBrowser, onChanged, clock: env.clock, log: env.log.child({ part: 'access' }) },
    nodes: () => nodes().all(),
    onNeeded: (node, words) =>
      notices().notice({ level: 'attention', text: `No access to ${node} now: ${words}. Nothing is lost; what is to be sent waits.`, key: `access-${node}` }),
    onSettled: (node) => notices().withdraw(`access-${node}`),
  });
  return {
    accesses,
    authorization: env.authorization ?? (async (...asked) => (await files(...asked)) ?? (await accesses.authorization(...asked))),
  };
}
