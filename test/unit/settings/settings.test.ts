import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CallError } from '@shared/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../electron/services/logging/logger';
import { openSettings } from '../../../electron/services/settings';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openSettings(folder, () => Date.UTC(2026, 0, 2, 3, 4, 5), silentLogger);

describe('settings documents', () => {
  it('start with their initial value and write nothing by themselves', () => {
    const settings = open();
    expect(settings.get('senders')).toEqual({ value: { accepted: [] } });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keep what was set over a restart, with the version of the schema', () => {
    const value = { accepted: [{ aeTitle: 'CT1', host: '10.0.0.7', source: 'settings' as const }] };
    open().set('senders', value);
    expect(open().get('senders')).toEqual({ value });
    expect(JSON.parse(readFileSync(join(folder, 'senders.json'), 'utf8'))).toEqual({ version: 1, value });
    expect(readdirSync(folder)).toEqual(['senders.json']);
  });

  it('refuse a value that does not fit and keep the old one', () => {
    const settings = open();
    settings.set('senders', { accepted: [] });
    expect(() => settings.set('senders', { accepted: [{ aeTitle: '', host: 'x', source: 'settings' }] })).toThrow(CallError);
    expect(settings.get('senders').value).toEqual({ accepted: [] });
  });

  it.each([
    ['half a file', '{"version":1,"val'],
    ['an empty file, as a power cut leaves it', ''],
    ['no version', '{"value":{}}'],
    ['a newer version', '{"version":99,"value":{}}'],
    ['a value that does not fit', '{"version":1,"value":{"accepted":"all"}}'],
  ])('set aside %s with one notice, and go on', (_what, text) => {
    writeFileSync(join(folder, 'senders.json'), text);
    const settings = open();
    expect(settings.notices).toHaveLength(1);
    const first = settings.get('senders');
    expect(first.value).toEqual({ accepted: [] });
    expect(first.notice).toContain('The list of accepted senders');
    expect(settings.get('senders').notice).toBeUndefined();
    const kept = readdirSync(folder).filter((name) => name.startsWith('senders.json.damaged-'));
    expect(kept).toHaveLength(1);
    expect(readFileSync(join(folder, kept[0] ?? ''), 'utf8')).toBe(text);
  });

  it('keep what the services wrote in the place that is theirs, whatever a page that read it earlier says', () => {
    const settings = open();
    settings.set('comparison', { bytesADay: 1, spent: { bytes: 5, sinceMs: 7 } });
    settings.setByPage('comparison', { bytesADay: 2, spent: { bytes: 1, sinceMs: 7 } });
    settings.setByPage('comparison', { bytesADay: 3 });
    expect(settings.value('comparison')).toEqual({ bytesADay: 3, spent: { bytes: 5, sinceMs: 7 } });
    expect(() => settings.setByPage('comparison', 'much')).toThrow(CallError);
  });

  it('tell who listens which document changed', () => {
    const settings = open();
    const changed: string[] = [];
    const off = settings.onChanged((name) => changed.push(name));
    settings.set('session', { tab: 1 });
    off();
    settings.set('session', { tab: 2 });
    expect(changed).toEqual(['session']);
  });
});
