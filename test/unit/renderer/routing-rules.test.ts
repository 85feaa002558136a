import type { KnownNode, RoutingRule } from '@shared/domain';
import { createPinia, setActivePinia } from 'pinia';
import { describe, expect, it } from 'vitest';
import { createApp } from 'vue';
import { doneWords, useLegalHold } from '../../../renderer/features/archives/use-legal-hold';
import {
  copyName,
  draftOfRule,
  emptyRule,
  type RuleDraft,
  ruleOf,
  ruleProblems,
  ruleWarnings,
  ruleWords,
} from '../../../renderer/features/preferences/routing-rules';
import { useRouting } from '../../../renderer/features/preferences/use-routing';
import { holdWords } from '../../../renderer/features/worklist/cells';
import { hostKey, useNodeStore } from '../../../renderer/stores';
import { FakeHost } from '../../support/ui-harness/fake-host';

const rule = (more: Partial<RoutingRule> = {}): RoutingRule => ({ name: 'CT', enabled: true, match: { Modality: 'CT' }, to: 'MAIN', held: true, ...more });
const draft = (more: Partial<RuleDraft> = {}): RuleDraft => ({ ...emptyRule('MAIN'), name: 'CT', ...more });
const node = (name: string, more: Partial<KnownNode> = {}): KnownNode => ({
  ...{ name, aeTitle: `${name}_AE`, host: '10.0.0.1', port: 104, role: 'archive', source: 'settings' },
  ...more,
});

/** A composable over a host; calls of the names in `refused` fail. */
function station<T>(make: () => T, settings: Readonly<Record<string, unknown>> = {}) {
  const host = new FakeHost({ count: 3 });
  for (const [name, value] of Object.entries(settings)) host.settings.set(name, value);
  const refused = new Set<string>();
  const answer = host.call.bind(host);
  host.call = (name, request, options) => (refused.has(name) ? Promise.reject(new Error('the disk refused the file')) : answer(name, request, options));
  const app = createApp({});
  app.use(setActivePinia(createPinia()) as never);
  app.provide(hostKey, host);
  const made = app.runWithContext(make);
  return { host, refused, made, notices: app.runWithContext(() => useNodeStore()) };
}

describe('the line of a rule', () => {
  it.each<[Partial<RoutingRule>, string]>([
    [
      { match: { Modality: 'CT', callingAeTitle: 'CT1', StudyDescription: '*CHEST*' } },
      'CT from CT1, Study Description "*CHEST*": to MAIN, held until released',
    ],
    [{ match: {}, held: false }, 'Everything: to MAIN, at once'],
    [{ match: { Modality: '', callingAeTitle: 'MR?' }, to: 'Bench' }, 'Everything from MR?: to Bench, held until released'],
    [{ match: { SeriesDescription: 'Axial 1.0' }, held: false }, 'Everything, Series Description "Axial 1.0": to MAIN, at once'],
  ])('%j is said as %j', (more, words) => {
    expect(ruleWords(rule(more))).toBe(words);
  });

  it('says what keeps the rule from doing that', () => {
    const nodes = [node('MAIN'), node('Bench', { role: 'other' }), node('Off', { weSend: false })];
    const warned = (more: Partial<RoutingRule>, all?: readonly RoutingRule[]) => {
      const one = rule(more);
      return ruleWarnings(one, all ?? [one], nodes).join(' ');
    };
    expect(warned({})).toBe('');
    expect(warned({ to: 'Gone' })).toBe('Gone is not among the archives and nodes (any more): what this rule takes waits in the outbox until it is.');
    expect(warned({ to: 'Off' })).toContain('Sending studies to Off is switched off: what this rule takes is held');
    expect(warned({ match: { callingAeTitle: 'MAIN_AE' }, to: 'Bench' })).toContain('what an archive sends is never routed');
    expect(warned({ match: { callingAeTitle: 'Bench_AE' }, to: 'Bench' })).toContain('nothing goes back to its sender');
    expect(warned({}, [rule(), rule({ to: 'Bench' })])).toContain('both make the same order');
    expect(ruleWarnings(rule(), [rule({ to: 'Bench' })], nodes)).toEqual([]);
  });
});

describe('the form of a rule', () => {
  it('makes a rule, and the same draft of that rule again; what is empty is not written down', () => {
    const full = draft({ modality: 'CT', callingAeTitle: 'CT1', study: '*CHEST*', series: 'Ax?', held: false });
    const made = ruleOf(full, true);
    expect(made).toEqual({
      ...{ name: 'CT', enabled: true, to: 'MAIN', held: false },
      match: { Modality: 'CT', callingAeTitle: 'CT1', StudyDescription: '*CHEST*', SeriesDescription: 'Ax?' },
    });
    expect(draftOfRule(made)).toEqual(full);
    expect(ruleOf(draft({ modality: ' ct ', study: '  ' }), false)).toEqual({ name: 'CT', enabled: false, match: { Modality: 'CT' }, to: 'MAIN', held: true });
  });

  it('holds what a new rule takes', () => {
    expect(emptyRule('').held).toBe(true);
  });

  it.each<[keyof RuleDraft, Partial<RuleDraft>, string]>([
    ['name', { name: '  ' }, 'Give it a name'],
    ['name', { name: 'mr' }, 'Another rule is called mr.'],
    ['modality', { modality: 'CT, MR' }, 'Another one is a rule of its own'],
    ['modality', { modality: 'CT\\MR' }, 'One modality'],
    ['callingAeTitle', { callingAeTitle: 'A'.repeat(17) }, 'at most 16'],
    ['study', { study: 'CHEST\\HEAD' }, 'no backslash'],
    ['series', { series: 'x'.repeat(65) }, 'at most 64'],
    ['to', { to: '' }, 'Choose where it goes'],
  ])('says why %s cannot stand: %j', (field, more, words) => {
    const problems = ruleProblems(draft(more), [rule({ name: 'MR' })]);
    expect(Object.keys(problems)).toEqual([field]);
    expect(problems[field]).toContain(words);
  });

  it('takes wild cards in every field of the object', () => {
    expect(ruleProblems(draft({ modality: 'M?', callingAeTitle: 'CT*', study: '*A?*', series: '*' }), [])).toEqual({});
  });

  it('names a copy as no rule is named', () => {
    expect(copyName('CT', [rule()])).toBe('CT (copy)');
    expect(copyName('CT', [rule({ name: 'ct (COPY)' })])).toBe('CT (copy 2)');
    expect(copyName('x'.repeat(64), []).length).toBe(64);
  });
});

describe('the document of the rules', () => {
  it('is changed as a whole, and shows what is kept', async () => {
    const { host, made } = station(useRouting, { routing: { rules: [rule()] } });
    await made.load();
    expect(await made.change((now) => [...now, rule({ name: 'MR' })])).toBe(true);
    expect(host.settings.get('routing')).toEqual({ rules: [rule(), rule({ name: 'MR' })] });
    expect(made.rules.value.map(({ name }) => name)).toEqual(['CT', 'MR']);
  });

  it.each([
    ['is not answered', undefined],
    ['is not understood', { rules: [{ name: 'half' }] }],
  ])('that %s is never written over', async (_, document) => {
    const { host, refused, made } = station(useRouting, document === undefined ? {} : { routing: document });
    if (document === undefined) refused.add('settings.get');
    await made.load();
    expect(made.loaded.value).toBe(false);
    expect(made.problem.value?.what).toBe('The routing rules could not be read');
    expect(await made.change(() => [])).toBe(false);
    expect(host.calls.filter(({ name }) => name === 'settings.set')).toEqual([]);
  });

  it('that was changed elsewhere meanwhile is shown anew and not written over', async () => {
    const { host, made } = station(useRouting, { routing: { rules: [rule()] } });
    await made.load();
    host.settings.set('routing', { rules: [rule({ held: false })] });
    expect(await made.change(() => [])).toBe(false);
    expect(made.problem.value?.what).toBe('The rules were changed elsewhere meanwhile');
    expect(made.rules.value).toEqual([rule({ held: false })]);
    expect(await made.change(() => [])).toBe(true);
    expect(host.settings.get('routing')).toEqual({ rules: [] });
  });

  it('that could not be saved leaves the rules as they were, and says why', async () => {
    const { refused, made } = station(useRouting, { routing: { rules: [rule()] } });
    await made.load();
    refused.add('settings.set');
    expect(await made.change(() => [])).toBe(false);
    expect(made.problem.value).toEqual({ what: 'The change could not be kept', lost: 'What is kept is as it was.', detail: 'the disk refused the file' });
    expect(made.rules.value).toEqual([rule()]);
  });
});

describe('a legal hold', () => {
  it('says by whom, since when and why', () => {
    const keeping = { pinned: false, legalHold: true, by: 'anna', at: '2026-11-22T08:02:00.000Z', reason: 'court order' };
    expect(holdWords(keeping, (iso) => iso.slice(0, 10))).toEqual({ what: 'legal hold: court order', who: 'by anna since 2026-11-22' });
    expect(holdWords({ ...keeping, reason: '' }, () => 'then')).toEqual({ what: 'legal hold, no reason given', who: 'by anna since then' });
    expect(holdWords(undefined, () => 'then')).toEqual({ what: 'legal hold', who: '' });
  });

  it('goes on with the rest after a failure, and is said when all are held', async () => {
    const studies = new FakeHost({ count: 3 }).rows;
    let ended = 0;
    const { host, made, notices } = station(() => useLegalHold(true, studies, () => ended++));
    const answer = host.call.bind(host);
    let calls = 0;
    host.call = (name, request, options) => {
      if (name === 'study.legalHold' && ++calls === 2) return Promise.reject(new Error('the disk refused the file'));
      return name === 'study.legalHold' || name === 'study.keeping' ? Promise.resolve({} as never) : answer(name, request, options);
    };
    await made.apply('court order');
    expect(made.problem.value).toBe(
      'They could not all be put on legal hold: the disk refused the file. 1 study was put on legal hold, 2 not: press again for those.',
    );
    expect([ended, notices.notices]).toEqual([0, []]);
    await made.apply('court order');
    expect(calls).toBe(4);
    expect([ended, made.problem.value]).toEqual([1, '']);
    expect(notices.notices.map(({ text }) => text)).toEqual([doneWords(true, 3)]);
  });
});
