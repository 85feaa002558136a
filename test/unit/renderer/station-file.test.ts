import { describe, expect, it } from 'vitest';
import { DEFAULT_EVICTION } from '@shared/domain';
import { readStation, stationLines, stationOf, stationWords, takeStation } from '../../../renderer/stores';
import { preferencesFile, readPreferencesFile } from '../../../renderer/stores/preferences-file';
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
