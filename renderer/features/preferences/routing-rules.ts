import { type KnownNode, nodePermissions, type RoutingRule } from '@shared/domain';

/** What stands in the form of a rule: texts as they are typed, empty for "any". */
export interface RuleDraft {
  name: string;
  modality: string;
  callingAeTitle: string;
  study: string;
  series: string;
  /** Name of the archive or node; empty: none is chosen yet. */
  to: string;
  held: boolean;
}

/** As many as the settings document takes. */
export const MOST_RULES = 200;
const MOST_NAME = 64;

/** A new rule holds what it takes: nothing leaves by a slip of the hand. */
export function emptyRule(to: string): RuleDraft {
  return { name: '', modality: '', callingAeTitle: '', study: '', series: '', to, held: true };
}

export function draftOfRule({ name, match, to, held }: RoutingRule): RuleDraft {
  return {
    name,
    modality: match.Modality ?? '',
    callingAeTitle: match.callingAeTitle ?? '',
    study: match.StudyDescription ?? '',
    series: match.SeriesDescription ?? '',
    ...{ to, held },
  };
}

/** The rule that a draft without problems describes. */
export function ruleOf(draft: RuleDraft, enabled: boolean): RoutingRule {
  const [modality, callingAeTitle, study, series] = [draft.modality.toUpperCase(), draft.callingAeTitle, draft.study, draft.series].map((text) => text.trim());
  return {
    name: draft.name.trim(),
    enabled,
    match: {
      ...(modality && { Modality: modality }),
      ...(callingAeTitle && { callingAeTitle }),
      ...(study && { StudyDescription: study }),
      ...(series && { SeriesDescription: series }),
    },
    to: draft.to,
    held: draft.held,
  };
}

/**
 * Why a field cannot stand as it is, by field; empty when all can.
 * @param others the other rules: the orders of two rules of one name could not be told apart
 */
export function ruleProblems(draft: RuleDraft, others: readonly Pick<RoutingRule, 'name'>[]): Partial<Record<keyof RuleDraft, string>> {
  const problems: Partial<Record<keyof RuleDraft, string>> = {};
  const name = draft.name.trim();
  if (name === '') problems.name = 'Give it a name: the outbox says by which rule an order was made.';
  else if (name.length > MOST_NAME) problems.name = `The name has at most ${String(MOST_NAME)} characters.`;
  else if (others.some((other) => other.name.toLowerCase() === name.toLowerCase())) problems.name = `Another rule is called ${name}.`;
  // PS3.5 6.2: VR CS has upper case letters, digits, space and underscore
  if (!/^[A-Z0-9 _*?]{0,16}$/i.test(draft.modality.trim()))
    problems.modality = 'One modality, such as CT, of letters and digits, or with * and ?. Another one is a rule of its own: duplicate this.';
  // PS3.5 6.2, VR AE
  if (!/^[\x20-\x5b\x5d-\x7e]{0,16}$/.test(draft.callingAeTitle.trim()))
    problems.callingAeTitle = 'An AE title has at most 16 plain characters and no backslash.';
  for (const field of ['study', 'series'] as const) {
    const text = draft[field].trim();
    // PS3.5 6.2, VR LO: a backslash stands between two values
    if (text.length > 64 || text.includes('\\')) problems[field] = 'A description has at most 64 characters and no backslash.';
  }
  if (draft.to === '') problems.to = 'Choose where it goes: an archive or a node.';
  return problems;
}

/** What a rule does, in one line: `CT from CT1, Study Description "*CHEST*": to MAIN, held until released`. */
export function ruleWords({ match, to, held }: Pick<RoutingRule, 'match' | 'to' | 'held'>): string {
  const what = match.Modality === undefined || match.Modality === '' ? 'Everything' : match.Modality;
  const from = match.callingAeTitle === undefined || match.callingAeTitle === '' ? '' : ` from ${match.callingAeTitle}`;
  const described = (keyword: string, text: string | undefined): string[] => (text === undefined || text === '' ? [] : [`${keyword} "${text}"`]);
  const descriptions = [...described('Study Description', match.StudyDescription), ...described('Series Description', match.SeriesDescription)];
  return `${[`${what}${from}`, ...descriptions].join(', ')}: to ${to}, ${held ? 'held until released' : 'at once'}`;
}

/** What keeps a rule from doing what it says, with what happens instead; the nodes are those that are known now. */
export function ruleWarnings(rule: RoutingRule, rules: readonly RoutingRule[], nodes: readonly KnownNode[]): string[] {
  const warnings: string[] = [];
  const { to, match } = rule;
  const node = nodes.find(({ name }) => name === to);
  if (node === undefined) warnings.push(`${to} is not among the archives and nodes (any more): what this rule takes waits in the outbox until it is.`);
  else if (!nodePermissions(node).weSend)
    warnings.push(`Sending studies to ${to} is switched off: what this rule takes is held in the outbox until somebody releases it.`);
  const archive = nodes.find(({ role, aeTitle }) => role === 'archive' && aeTitle === match.callingAeTitle);
  if (archive !== undefined)
    warnings.push(`${archive.aeTitle} is the archive ${archive.name}: what an archive sends is never routed, so this rule takes nothing.`);
  else if (node !== undefined && node.aeTitle === match.callingAeTitle)
    warnings.push(`${node.aeTitle} is ${to} itself: nothing goes back to its sender, so this rule takes nothing.`);
  if (rules.some((other) => other !== rule && other.name === rule.name && other.to === to))
    warnings.push(`Another rule is called ${rule.name} too: for one study both make the same order.`);
  return warnings;
}

/** A name for the copy of a rule that no rule has. */
export function copyName(name: string, rules: readonly Pick<RoutingRule, 'name'>[]): string {
  const taken = new Set(rules.map((rule) => rule.name.toLowerCase()));
  for (let n = 1; ; n++) {
    const end = n === 1 ? ' (copy)' : ` (copy ${String(n)})`;
    const wanted = `${name.slice(0, MOST_NAME - end.length)}${end}`;
    if (!taken.has(wanted.toLowerCase())) return wanted;
  }
}
