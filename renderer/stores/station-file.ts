import { EvictionPolicy, OutagePlan, RemoteNode, RoutingRules } from '@shared/domain';
import { z } from 'zod';
import type { StationHost } from './host';
import { WorklistArrangement } from './worklist-arrangement';

/** What is set for the station and not for one reader: it stands beside the preferences in their file. No study, no password, no key. */
export const StationSettings = z.object({
  nodes: z.array(RemoteNode).max(500).optional(),
  routing: RoutingRules.optional(),
  eviction: EvictionPolicy.optional(),
  outagePlan: OutagePlan.optional(),
  worklist: WorklistArrangement.optional(),
});
export type StationSettings = z.infer<typeof StationSettings>;

/** As it is kept now. Rejects when it cannot be read: a file without it would look as if nothing were set. */
export async function readStation(host: StationHost): Promise<StationSettings> {
  const valueOf = async (name: 'nodes' | 'routing' | 'eviction'): Promise<unknown> => (await host.call('settings.get', { name })).value;
  const { set } = await host.call('outageSet.get', {});
  return {
    nodes: z.object({ nodes: StationSettings.shape.nodes.unwrap() }).parse(await valueOf('nodes')).nodes,
    routing: RoutingRules.parse(await valueOf('routing')),
    eviction: EvictionPolicy.parse(await valueOf('eviction')),
    outagePlan: set.plan,
  };
}

export type StationAnswer = { readonly ok: true; readonly station: StationSettings | undefined } | { readonly ok: false; readonly reason: string };

/** What a file of preferences has for the station; undefined: nothing. It may come from anywhere: all of it fits, or nothing is taken. */
export function stationOf(text: string): StationAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'it is not JSON' };
  }
  if (typeof value !== 'object' || value === null || !('station' in value)) return { ok: true, station: undefined };
  const parsed = StationSettings.safeParse(value.station);
  if (!parsed.success) {
    const parts = [...new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? 'all')))];
    return { ok: false, reason: `these parts of the station do not fit: ${parts.join(', ')}` };
  }
  return { ok: true, station: Object.keys(parsed.data).length === 0 ? undefined : parsed.data };
}

const count = (n: number, one: string, many: string): string => `${String(n)} ${n === 1 ? one : many}`;

/** What of the station would be other than now, in words. */
export function stationWords({ nodes, routing, eviction, outagePlan, worklist }: StationSettings): string {
  return [
    ...(nodes === undefined ? [] : [count(nodes.length, 'archive or node', 'archives and nodes')]),
    ...(routing === undefined ? [] : [count(routing.rules.length, 'routing rule', 'routing rules')]),
    ...(eviction === undefined ? [] : ['the limits of the cache']),
    ...(outagePlan === undefined ? [] : [count(outagePlan.rules.length, 'rule of the outage set', 'rules of the outage set')]),
    ...(worklist === undefined ? [] : ['the columns of the worklist', count(worklist.lists.length, 'saved list', 'saved lists')]),
  ].join(', ');
}

/** Where what is here could go by it, one line for each archive, node and routing rule, and the lists by their names: who says yes has seen it. */
export function stationLines({ nodes = [], routing, worklist }: StationSettings): string[] {
  return [
    ...nodes.map(({ name, aeTitle, host, port, tls, url }) => `${name}: ${url ?? `${aeTitle} at ${host}, port ${String(port)}${tls === true ? ', TLS' : ''}`}`),
    ...(routing?.rules ?? []).map(({ name, to, held, enabled }) => `rule "${name}": to ${to}, ${enabled ? (held ? 'held' : 'at once') : 'off'}`),
    ...(worklist?.lists ?? []).map(({ name, archives = [] }) => `list "${name}"${archives.length === 0 ? '' : `: asks ${archives.join(', ')} too`}`),
  ];
}

/** All but the worklist, which the page has itself. Nodes first, so that rules find theirs; nodes of other names stay. Rejects with words at the first part that is not taken. */
export async function takeStation(host: StationHost, { nodes = [], routing, eviction, outagePlan }: StationSettings): Promise<void> {
  for (const node of nodes) await host.call('node.save', { node, replaces: node.name });
  if (eviction !== undefined) await host.call('settings.set', { name: 'eviction', value: eviction });
  if (outagePlan !== undefined) await host.call('outageSet.plan', { plan: outagePlan });
  if (routing !== undefined) await host.call('settings.set', { name: 'routing', value: routing });
}
