import { type AcceptedSender, nodePermissions } from '@shared/domain';
import { createQuerySource, type NodeList } from './archive';
import type { Cache } from './cache';
import { type AssociationPool, createSenderPolicy, type NodeParts, queryService, type SenderPolicy, type ServedQuery } from './dimse';
import type { HostEnvironment } from './host-environment';
import type { Index } from './index';

export interface QueriesParts {
  readonly env: HostEnvironment;
  readonly index: Index;
  readonly cache: Cache;
  readonly nodes: NodeList;
  readonly pool: AssociationPool;
  /** Callers of this program's other services: what the demo archive is there for. */
  companions(): readonly AcceptedSender[];
}

/** Query and retrieve of what is here: off for everyone but the nodes with that permission, those of the command line, and the workstation of a demo archive. */
export function createQueries(parts: QueriesParts): {
  readonly queriers: SenderPolicy;
  readonly query: NonNullable<NonNullable<NodeParts['services']>['query']>;
} {
  const { env, index, nodes, pool } = parts;
  const { options, clock } = env;
  const ofThisRun = (options.allowQuery ?? []).map((caller): AcceptedSender => ({ ...caller, source: 'run' }));
  const ofNodes = (): AcceptedSender[] =>
    nodes.all().flatMap((node) => (nodePermissions(node).mayQuery ? [{ aeTitle: node.aeTitle, host: node.host, source: 'run' as const }] : []));
  const companions = (): readonly AcceptedSender[] => (options.role === 'demoArchive' ? parts.companions() : []);
  return {
    queriers: createSenderPolicy(() => [...ofThisRun, ...ofNodes(), ...companions()]),
    query: queryService({
      source: createQuerySource(parts),
      ourAeTitle: options.aeTitle.trim(),
      pool,
      destination: (aeTitle) => {
        const node = nodes.all().find((each) => each.aeTitle === aeTitle && nodePermissions(each).weSend);
        return node && nodes.target(node);
      },
      onServed: (served) => {
        const { callingAeTitle, host } = served.association;
        index.audit({ atMs: clock.now(), user: `${callingAeTitle}@${host}`, action: `query.${served.kind}`, outcome: 'allowed', detail: detailOf(served) });
      },
    }),
  };
}

/** DICOM PS3.15 A.5.3.7 and A.5.3.10: what was asked and what went out, without the keys, which can name a patient. */
function detailOf(served: ServedQuery): string {
  if (served.kind === 'find') return `${String(served.matches)} matches`;
  const { objects, completed, failed, warning } = served.counts;
  const to = served.kind === 'move' ? ` to ${served.destination}` : '';
  return `${String(completed + warning)} of ${String(objects)} objects sent${to}, ${String(failed)} failed`;
}
