import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodePermissions, type RemoteNode } from '@shared/domain';
import { createNodeList } from '../../../electron/services/archive';
import { silentLogger } from '../../../electron/services/logging/logger';
import { openSettings } from '../../../electron/services/settings';

const pacs: RemoteNode = { name: 'PACS', aeTitle: 'MAIN', host: '10.0.0.1', port: 104, role: 'archive' };

describe('the list of nodes', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'alternator-nodes-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const list = (run: readonly RemoteNode[] = []) => createNodeList(openSettings(folder, Date.now, silentLogger), run, 'ALTERNATOR');

  it('keeps what is saved, over a restart; replaces by name; removes', () => {
    list().save(pacs);
    list().save({ ...pacs, name: 'New', port: 11112 }, 'PACS');
    expect(list().all()).toEqual([{ ...pacs, name: 'New', port: 11112, source: 'settings' }]);
    list().remove('New');
    expect(list().all()).toEqual([]);
  });

  it('refuses a name that another one has', () => {
    const nodes = list();
    nodes.save(pacs);
    nodes.save({ ...pacs, name: 'Other' });
    expect(() => {
      nodes.save({ ...pacs, name: 'PACS' }, 'Other');
    }).toThrow('there is another node "PACS"');
  });

  it('lets a node of the command line stand for the kept one of the same name, and says that it cannot be changed', () => {
    list().save(pacs);
    const nodes = list([{ ...pacs, host: '127.0.0.1' }]);
    expect(nodes.all()).toEqual([{ ...pacs, host: '127.0.0.1', source: 'run' }]);
    expect(() => {
      nodes.remove('PACS');
    }).toThrow('was given on the command line');
    expect(list().all()).toMatchObject([{ host: '10.0.0.1' }]);
  });

  it('remembers what a test found of a known node, until its address changes', () => {
    const nodes = list();
    nodes.save(pacs);
    const test = { outcome: 'reachable' as const, words: 'MAIN is reachable', elapsedMs: 3, offers: ['C-ECHO'], storageClasses: 1, storageClassesProposed: 2 };
    nodes.noteTest({ ...pacs, port: 105 }, test, 0);
    expect(nodes.byName('PACS').tested).toBeUndefined();
    nodes.noteTest(pacs, test, 0);
    expect(nodes.byName('PACS').tested).toEqual({ ...test, at: '1970-01-01T00:00:00.000Z' });
    nodes.save({ ...pacs, port: 105 });
    expect(nodes.byName('PACS').tested).toBeUndefined();
  });

  it('lets a node send, and neither query nor be left out as a destination, unless something else was said', () => {
    expect(nodePermissions(pacs)).toEqual({ maySend: true, mayQuery: false, weQuery: true, weSend: true });
    expect(nodePermissions({ role: 'other', maySend: false, mayQuery: true, weSend: false })).toEqual({
      maySend: false,
      mayQuery: true,
      weQuery: false,
      weSend: false,
    });
  });

  it('calls a node by our AE title; an unknown name is a fault in words', () => {
    expect(list([pacs]).target(pacs)).toEqual({ host: '10.0.0.1', port: 104, calledAeTitle: 'MAIN', callingAeTitle: 'ALTERNATOR' });
    expect(() => list().byName('Gone')).toThrow('there is no node "Gone"');
  });

  describe('with the demo archive of the program', () => {
    const demo: RemoteNode = { name: 'Demo archive', aeTitle: 'DEMO_ARCHIVE', host: '127.0.0.1', port: 40_001, role: 'archive' };

    it('lists it as what it is while it runs, at the port where it runs now', () => {
      const nodes = list();
      nodes.setCompanion(demo);
      nodes.setCompanion({ ...demo, port: 40_002 });
      expect(nodes.all()).toEqual([{ ...demo, port: 40_002, source: 'demo' }]);
      nodes.setCompanion(undefined);
      expect(nodes.all()).toEqual([]);
      expect(list().all()).toEqual([]);
    });

    it('lets it be removed, not changed, and tells that it is not wanted', () => {
      const told: string[] = [];
      const nodes = createNodeList(openSettings(folder, Date.now, silentLogger), [], 'ALTERNATOR', () => told.push('unwanted'));
      nodes.setCompanion(demo);
      expect(() => nodes.save({ ...demo, port: 1 }, 'Demo archive')).toThrow("is the program's own");
      expect(told).toEqual([]);
      nodes.remove('Demo archive');
      expect(told).toEqual(['unwanted']);
      expect(nodes.all()).toEqual([]);
    });

    it('gives way to a node that somebody named so himself', () => {
      const nodes = list([{ ...pacs, name: 'Demo archive' }]);
      nodes.setCompanion(demo);
      expect(nodes.all()).toEqual([{ ...pacs, name: 'Demo archive', source: 'run' }]);
    });
  });
});
