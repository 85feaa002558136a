import type { StudyRow } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { isForText } from '../../../renderer/app/key-handler';
import { createCommandCenter } from '../../../renderer/app/command-center';
import { boundTable, canBind, conflictOf, withKey, withoutOverride } from '../../../renderer/app/key-bindings';
import { KEY_TABLE, keyConflicts, keyName, ruleFor } from '../../../renderer/app/keys';
import { commandEntries, foundEntries, markWords, offerEntries } from '../../../renderer/app/palette-entries';
import { capsOf } from '../../../renderer/ui/key-caps';
import { fakeRow } from '../../support/ui-harness/fake-host';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey', boolean>> = {}) =>
  keyName({ key, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...held });

it('draws a cap for each key of a combination, the plus key too', () => {
  expect(['Ctrl+K', 'Alt++', '+', '-', 'Ctrl+Shift+N'].map(capsOf)).toEqual([['Ctrl', 'K'], ['Alt', '+'], ['+'], ['-'], ['Ctrl', 'Shift', 'N']]);
});

describe('the key table', () => {
  it('has no key that two commands of one screen share', () => {
    expect(keyConflicts(KEY_TABLE)).toEqual([]);
  });

  it('would report one', () => {
    const twice = { id: 'x.y', keys: ['F'], scope: 'viewer', does: 'something', group: 'Viewer' } as const;
    expect(keyConflicts([...KEY_TABLE, twice])).toEqual(['F (viewer): view.fit, x.y']);
  });

  it('has each command once, with words', () => {
    expect(new Set(KEY_TABLE.map((rule) => rule.id)).size).toBe(KEY_TABLE.length);
    expect(KEY_TABLE.filter((rule) => rule.does === '')).toEqual([]);
  });

  it('names keys alike whatever the layout needs to type them', () => {
    expect(press('?', { shiftKey: true })).toBe('?');
    expect(press('f', { shiftKey: true })).toBe('Shift+F');
    expect(press('F', { shiftKey: true })).toBe('Shift+F');
    expect(press('k', { metaKey: true })).toBe('Ctrl+K');
    expect(press(' ')).toBe('Space');
    expect(press('Tab', { shiftKey: true })).toBe('Shift+Tab');
  });

  it('takes letters of other scripts by their place on the keyboard, those of a Latin layout as they are', () => {
    const at = (key: string, code: string, shiftKey = false) => keyName({ key, code, ctrlKey: false, altKey: false, metaKey: false, shiftKey });
    expect(at('а', 'KeyF')).toBe('F');
    expect(at('А', 'KeyF', true)).toBe('Shift+F');
    expect(at('ش', 'KeyA')).toBe('A');
    expect(at('z', 'KeyY')).toBe('Z');
    expect(at('ж', 'Semicolon')).toBe('Ж');
    expect(at('1', 'Digit1')).toBe('1');
  });

  it('means different things on the worklist and in a viewer', () => {
    expect(ruleFor('ArrowDown', 'worklist')?.id).toBe('list.down');
    expect(ruleFor('ArrowDown', 'viewer')?.id).toBe('image.next');
    expect(ruleFor('Ctrl+K', 'viewer')?.id).toBe('palette.open');
  });
});

describe('a text field that has the focus', () => {
  it('keeps letters and what edits a text; other keys with Ctrl or Alt and the function keys are commands', () => {
    const kept = ['A', 'Delete', 'Shift+ArrowLeft', 'Ctrl+A', 'Ctrl+C', 'Ctrl+Z', 'Ctrl+Shift+Z', 'Ctrl+ArrowLeft', 'Ctrl+Shift+ArrowRight', 'Ctrl+Backspace'];
    const commands = ['Ctrl+K', 'Ctrl+Enter', 'Ctrl+Tab', 'Ctrl+Shift+S', 'Ctrl+Shift+C', 'Ctrl+PageDown', 'Alt+1', 'F6'];
    expect(kept.filter((key) => !isForText(key))).toEqual([]);
    expect(commands.filter(isForText)).toEqual([]);
  });
});

describe('the command center', () => {
  it('runs the newest server of a command, and none after it left', () => {
    const center = createCommandCenter();
    const ran: string[] = [];
    const leaveFirst = center.serve({ 'view.fit': { run: () => ran.push('first') } });
    const leaveSecond = center.serve({ 'view.fit': { run: () => ran.push('second') } });
    center.run('view.fit');
    leaveSecond();
    center.run('view.fit');
    leaveFirst();
    expect(center.run('view.fit')).toBe(false);
    expect(ran).toEqual(['second', 'first']);
  });

  it('does not run what is not enabled and does not offer it', () => {
    const center = createCommandCenter();
    center.serve({ 'view.fit': { run: () => expect.unreachable(), enabled: () => false }, 'view.invert': { run: () => undefined } });
    expect(center.run('view.fit')).toBe(false);
    let why = '';
    center.serve({ 'view.fit': { run: () => expect.unreachable(), enabled: () => false, refused: () => (why = 'no image here') } });
    expect([center.run('view.fit'), why], 'says why where it can').toEqual([false, 'no image here']);
    expect(commandEntries('', 'viewer', center).map((entry) => entry.id)).toEqual(['view.invert']);
    expect(commandEntries('inv', 'worklist', center)).toEqual([]);
  });
});

describe('the palette', () => {
  it('has a study before the series where its ID or accession number was typed in full, and after them otherwise', () => {
    const [series] = offerEntries([{ id: 'series.1', text: '301 T2', hint: '', group: 'Series', run: () => undefined }]);
    const [command] = commandEntries('', 'viewer', { canRun: (id) => id === 'view.invert', hintOf: () => '', keysOf: () => '' });
    if (series === undefined || command === undefined) throw new Error('one of each');
    const [other, byId, byAccession] = [fakeRow(1, { PatientID: '30155' }), fakeRow(2, { PatientID: '301' }), fakeRow(3, { AccessionNumber: 'ab301' })];
    const order = (question: string, studies: StudyRow[]) =>
      foundEntries(question, { commands: [command], offers: [series], studies }, () => '').map(({ id }) => id);
    const ids = (...rows: StudyRow[]) => rows.map(({ StudyInstanceUID }) => StudyInstanceUID as string);
    expect(order('301 ', [other, byId])).toEqual([command.id, ...ids(byId, other), series.id]);
    expect(order('AB301', [byAccession])).toEqual([command.id, ...ids(byAccession), series.id]);
    expect(order('301', [other, byAccession])).toEqual([command.id, series.id, ...ids(other, byAccession)]);
    expect(order(' ', [fakeRow(4, { PatientID: '' })])[1], 'nothing was typed').toBe(series.id);
  });

  it('marks what was typed, and nothing when nothing was', () => {
    expect(markWords('Older prior', 'pri')).toEqual([
      { text: 'Older ', hit: false },
      { text: 'pri', hit: true },
      { text: 'or', hit: false },
    ]);
    expect(markWords('Older prior', ' ')).toEqual([{ text: 'Older prior', hit: false }]);
  });
});

describe('changed keys', () => {
  const rule = (id: string) => KEY_TABLE.find((one) => one.id === id) ?? expect.fail(`no ${id}`);

  it('stand in place of the first ones, and a conflict is named before anything is changed', () => {
    expect(conflictOf(rule('view.fit'), 'Alt+U', {})).toBeUndefined();
    const changed = withKey(rule('view.fit'), 'Alt+U', {});
    expect(ruleFor('Alt+U', 'viewer', boundTable(changed))?.id).toBe('view.fit');
    expect(ruleFor('F', 'viewer', boundTable(changed))).toBeUndefined();
    expect(conflictOf(rule('view.fit'), 'I', {})?.id).toBe('view.invert');
    expect(conflictOf(rule('view.fit'), 'Ctrl+O', {})?.id).toBe('import.files');
    expect(conflictOf(rule('view.fit'), 'F5', {}), 'a key of the worklist is free in the viewer').toBeUndefined();
  });

  it('are taken from the other command when the user says so: never one key for two', () => {
    const changed = withKey(rule('view.fit'), 'I', {});
    expect(boundTable(changed).find((one) => one.id === 'view.invert')?.keys).toEqual([]);
    expect(keyConflicts(boundTable(changed))).toEqual([]);
    const everywhere = withKey(rule('tab.next'), 'F5', {});
    expect(keyConflicts(boundTable(everywhere))).toEqual([]);
  });

  it('go back to the first ones as far as these are free', () => {
    const changed = withKey(rule('view.fit'), 'I', {});
    expect(withoutOverride('view.fit', changed)).toEqual({ 'view.invert': [] });
    const crossed = withKey(rule('view.invert'), 'F', changed);
    expect(keyConflicts(boundTable(withoutOverride('view.fit', crossed)))).toEqual([]);
  });

  it('are never modifiers alone or the ways out', () => {
    expect(['Control', 'Shift+Shift', 'Escape', 'Tab', 'Ctrl+K', '?', 'Alt+F4'].filter(canBind)).toEqual([]);
    expect(['Alt+U', 'Ctrl+U', 'F7', 'Alt+ArrowUp'].filter(canBind)).toHaveLength(4);
  });
});
