import { describe, expect, it } from 'vitest';
import { DEFAULT_EVICTION } from '@shared/domain';
import { readStation, stationLines, stationOf, stationWords, takeStation } from '../../../renderer/stores';
import { preferencesFile, readPreferencesFile } from '../../../renderer/stores/preferences-file';
import { columnsFrom } from '../../../renderer/stores/columns';
import type { SavedList } from '../../../renderer/stores/saved-lists';
import { arrangementOf, leftOutWords, withLists } from '../../../renderer/stores/worklist-arrangement';
import type { StationHost } from '../../../renderer/stores/host';

const rule = { name: 'CT to MAIN', enabled: true, match: { Modality: 'CT' }, to: 'MAIN', held: true };
const node = { name: 'MAIN', aeTitle: 'ORTHANC', host: '10.0.0.1', port: 104, role: 'archive' };

/** A station that keeps what is set. */
function station(documents: Record<string, unknown>) {
  const calls: [string, unknown][] = [];
  const host = {
    call(name: string, request: { name?: string }) {
      calls.push([name, request]);
      if (name === 'settings.get') return Promise.resolve({ value: documents[request.name ?? ''] });
      if (name === 'outageSet.get') return Promise.resolve({ set: { plan: { rules: [] }, studies: [], problems: [] } });
      return Promise.resolve({});
    },
  };
  return { host: host as unknown as StationHost, calls };
}

const full = { nodes: { nodes: [node] }, routing: { rules: [rule] }, eviction: DEFAULT_EVICTION };

describe('what is set for the station, in the file of preferences', () => {
  it('goes out with the preferences and comes in again: routing rules, archives, limits of the cache, rules of the outage set', async () => {
    const text = preferencesFile({}, new Date(0), undefined, await readStation(station(full).host));
    expect(readPreferencesFile(text)).toMatchObject({ ok: true });
    const answer = stationOf(text);
    expect(answer).toMatchObject({ ok: true, station: { routing: { rules: [rule] }, nodes: [node], eviction: DEFAULT_EVICTION } });
    if (!answer.ok || answer.station === undefined) throw new Error('nothing was read');
    expect(stationWords(answer.station)).toBe('1 archive or node, 1 routing rule, the limits of the cache, 0 rules of the outage set');
    const { host, calls } = station({});
    await takeStation(host, answer.station);
    expect(calls.map(([name]) => name)).toEqual(['node.save', 'settings.set', 'outageSet.plan', 'settings.set']);
    expect(calls.at(-1)).toEqual(['settings.set', { name: 'routing', value: { rules: [rule] } }]);
  });

  it('says where each archive stands and where each rule sends, before somebody takes it', () => {
    const web = { ...node, name: 'WEB', url: 'https://elsewhere.example/dicom-web' };
    const rules = [rule, { ...rule, name: 'all', to: 'WEB', held: false }, { ...rule, name: 'old', enabled: false }];
    expect(stationLines({ nodes: [{ ...node, tls: true }, web], routing: { rules } } as Parameters<typeof stationLines>[0])).toEqual([
      'MAIN: ORTHANC at 10.0.0.1, port 104, TLS',
      'WEB: https://elsewhere.example/dicom-web',
      'rule "CT to MAIN": to MAIN, held',
      'rule "all": to WEB, at once',
      'rule "old": to MAIN, off',
    ]);
  });

  it('has the columns of the worklist and its saved lists, but none that asks for a patient', () => {
    const list = (name: string, filter: SavedList['filter'], archives: readonly string[] = []): SavedList => ({
      ...{ id: `mine:${name}`, name, group: 'Mine', filter, archives },
    });
    const columns = columnsFrom(undefined).map((column) => ({ ...column, hidden: column.id === 'born' }));
    const lists = [
      list('CT of heads', { Modality: 'CT', BodyPartExamined: 'HEAD' }, ['MAIN']),
      list('Mr Brown', { PatientName: 'BROWN' }),
      list('a', { text: 'b' }),
    ];
    const { arrangement, leftOut } = arrangementOf(columns, lists);
    expect(leftOut).toEqual(['Mr Brown', 'a']);
    expect(leftOutWords({ leftOut })).toBe('Not in it: list "Mr Brown", list "a", which may name a patient.');
    expect(leftOutWords({ leftOut: [] })).toBe('');
    expect(leftOutWords(undefined)).toBe('Not in it: how the worklist is arranged, which could not be read.');
    const text = preferencesFile({}, new Date(0), undefined, { worklist: arrangement });
    expect(text).not.toContain('BROWN');
    const answer = stationOf(text);
    if (!answer.ok || answer.station?.worklist === undefined) throw new Error('nothing was read');
    expect(stationWords(answer.station)).toBe('the columns of the worklist, 1 saved list');
    expect(stationLines(answer.station)).toEqual(['list "CT of heads": asks MAIN too']);
    expect(columnsFrom(answer.station.worklist.columns)).toEqual(columns);
    // a list of the file takes the place of that of the same name, and of no list that every station has
    const taken = answer.station.worklist.lists.map((one) => ({ ...one, id: 'all', filter: { Modality: 'MR' } }));
    expect(withLists(lists, taken).map(({ id, filter }) => [id, filter])).toEqual([
      ['mine:Mr Brown', { PatientName: 'BROWN' }],
      ['mine:a', { text: 'b' }],
      ['mine:CT of heads', { Modality: 'MR' }],
    ]);
    expect(() =>
      withLists(
        Array.from({ length: 100 }, (_, n) => list(String(n), {})),
        taken,
      ),
    ).toThrow('101 saved lists');
  });

  it('is not written when it cannot be read', async () => {
    await expect(readStation(station({ ...full, routing: { rules: 'none' } }).host)).rejects.toThrow();
  });

  it('is taken whole or not at all, and a file without it is about preferences only', () => {
    expect(stationOf(JSON.stringify({ station: { routing: { rules: [{ ...rule, to: '' }] } } }))).toEqual({
      ok: false,
      reason: 'these parts of the station do not fit: routing',
    });
    expect(stationOf('{}')).toEqual({ ok: true, station: undefined });
    expect(stationOf('x')).toMatchObject({ ok: false });
  });
});
