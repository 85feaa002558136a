import type { RoutingRule } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { fits, holdOf, type RoutedObject, rulesFor } from '../../../electron/services/routing/match-rule';

const rule = (more: Partial<RoutingRule> = {}): RoutingRule => ({ name: 'r', enabled: true, match: {}, to: 'PACS', held: false, ...more });
const object = (callingAeTitle: string, more: Partial<RoutedObject['attributes']> = {}): RoutedObject => ({
  attributes: { Modality: 'CT', StudyDescription: 'CT Abdomen native', SeriesDescription: 'Axial 1.0', ...more },
  source: { kind: 'association', callingAeTitle, calledAeTitle: 'ALTERNATOR', host: '10.0.0.1', associationId: 1 },
});
const nodes = [
  { name: 'PACS', aeTitle: 'PACS1', role: 'archive' as const },
  { name: 'Bench', aeTitle: 'BENCH', role: 'other' as const },
];

describe('a routing rule', () => {
  it.each([
    ['CT*', 'CT Abdomen', true],
    ['*abdomen*', 'CT Abdomen native', true],
    ['ct ?bdomen', 'CT Abdomen', true],
    ['a*b*c', 'aXbYbc', true],
    ['a*b*c', 'aXbYbcd', false],
    ['', 'anything', true],
    [undefined, '', true],
    ['?', '', false],
    ['*', '', true],
    ['CT', ' CT ', true],
    ['(a+)+$', 'aaaa', false],
  ])('%j fits %j: %j', (pattern, value, expected) => {
    expect(fits(pattern, value)).toBe(expected);
  });
  it('makes an order that waits where it says so, and where sending to the node is switched off', () => {
    const off = [{ ...nodes[0], name: 'PACS', aeTitle: 'PACS1', role: 'archive' as const, weSend: false }];
    expect(holdOf(rule({ held: true }), nodes)).toEqual({ held: true });
    expect(holdOf(rule(), nodes)).toEqual({ held: false });
    expect(holdOf(rule(), off)).toEqual({ held: true, heldBecause: 'sending studies to PACS is switched off' });
    expect(holdOf(rule({ to: 'Bench' }), off)).toEqual({ held: false });
  });
  it('is quick on a pattern made to be slow', () => {
    expect(fits('*a'.repeat(30) + 'b', 'a'.repeat(2000))).toBe(false);
  });
  it('takes what a modality sends, by modality, sender and descriptions', () => {
    const rules = [
      rule({ name: 'all' }),
      rule({ name: 'mr', match: { Modality: 'MR' } }),
      rule({ name: 'ct2', match: { callingAeTitle: 'CT2', SeriesDescription: 'ax*' } }),
      rule({ name: 'off', enabled: false }),
    ];
    expect(rulesFor(object('CT1'), rules, nodes).map(({ name }) => name)).toEqual(['all']);
    expect(rulesFor(object('CT2'), rules, nodes).map(({ name }) => name)).toEqual(['all', 'ct2']);
  });
  it('sends nothing back to where it came from, and nothing that an archive, a file or the demo brought', () => {
    expect(rulesFor(object('BENCH'), [rule({ to: 'Bench' }), rule({ name: 'on' })], nodes).map(({ name }) => name)).toEqual(['on']);
    expect(rulesFor(object('PACS1'), [rule({ to: 'Bench' })], nodes)).toEqual([]);
    expect(rulesFor({ ...object('CT1'), source: { kind: 'import', jobId: 'j', name: 'f' } }, [rule()], nodes)).toEqual([]);
    expect(rulesFor({ ...object('CT1'), source: undefined }, [rule()], nodes)).toEqual([]);
  });
});
