import type { RoutingRule } from '@shared/domain';
import type { ObjectSource } from '../cache';
import type { InstanceAttributes } from '../part10';

export interface RoutedObject {
  readonly attributes: Pick<InstanceAttributes, 'Modality' | 'StudyDescription' | 'SeriesDescription'>;
  readonly source: ObjectSource | undefined;
}

/** A sender is named by its AE title; what it sends never goes back to it. */
export interface RoutingNode {
  readonly name: string;
  readonly aeTitle: string;
  readonly role: 'archive' | 'other';
  /** Absent: studies are sent there. */
  readonly weSend?: boolean | undefined;
}

/** Whether an order by the rule waits for somebody: as the rule says, and where sending is switched off, which is not the rule's own word. */
export function holdOf(
  { held, to }: Pick<RoutingRule, 'held' | 'to'>,
  nodes: readonly RoutingNode[],
): { readonly held: boolean; readonly heldBecause?: string } {
  const isOff = nodes.some(({ name, weSend }) => name === to && weSend === false);
  return isOff ? { held: true, heldBecause: `sending studies to ${to} is switched off` } : { held };
}

/** Rules that this object makes orders of. */
export function rulesFor({ attributes, source }: RoutedObject, rules: readonly RoutingRule[], nodes: readonly RoutingNode[]): RoutingRule[] {
  if (source?.kind !== 'association') return [];
  const { callingAeTitle } = source;
  // an archive sends us what we asked it for
  if (nodes.some(({ role, aeTitle }) => role === 'archive' && aeTitle === callingAeTitle)) return [];
  return rules.filter(({ enabled, match, to }) => {
    if (!enabled || nodes.some(({ name, aeTitle }) => name === to && aeTitle === callingAeTitle)) return false;
    return (
      fits(match.Modality, attributes.Modality) &&
      fits(match.callingAeTitle, callingAeTitle) &&
      fits(match.StudyDescription, attributes.StudyDescription) &&
      fits(match.SeriesDescription, attributes.SeriesDescription)
    );
  });
}

/** `*` and `?` as in PS3.4 C.2.2.2.4. Compared by hand: a pattern of a settings file must not become a slow expression. */
export function fits(pattern: string | undefined, value: string): boolean {
  if (pattern === undefined || pattern === '') return true;
  const [p, v] = [pattern.toLowerCase(), value.trim().toLowerCase()];
  let [at, of, star, mark] = [0, 0, -1, 0];
  while (of < v.length) {
    if (at < p.length && (p[at] === '?' || (p[at] !== '*' && p[at] === v[of]))) {
      at++;
      of++;
    } else if (p[at] === '*') {
      star = at++;
      mark = of;
    } else if (star >= 0) {
      at = star + 1;
      of = ++mark;
    } else return false;
  }
  while (p[at] === '*') at++;
  return at === p.length;
}
