import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Monitor, type MonitorProfile, modeOf } from '@shared/domain';
import { measuredLevels } from '@shared/grayscale';
import { afterAll, describe, expect, it } from 'vitest';
import { displaySystemRecord } from '../../../electron/services/monitors';
import { peer } from '../../support/peers';

const screen = {
  ...{ id: '1', label: 'DIAG', width: 2048, height: 2560, scaleFactor: 1, rotation: 0, colorDepth: 24 },
  ...{ colorSpace: 'srgb', frequency: 60, primary: true, here: true },
};
const edid = { manufacturer: 'EIZ', productCode: 1, serial: 'S-123', name: 'RX 560' };
const monitor: Monitor = { key: 'EIZ-0001-S-123', name: 'EIZ RX 560', certain: true, basis: 'EDID at DP-1, serial S-123', screen, edid };
const points = measuredLevels(18).map((ddl) => ({ ddl, luminance: 0.8 + 349 * (ddl / 255) ** 2.2 }));
const measured = { at: '2026-11-22T07:44:00.000Z', by: 'M. Okafor', meter: 'i1Display Pro', ambient: 0.4, points };
const profile: MonitorProfile = {
  ...{ key: monitor.key, name: monitor.name, way: 'software', mode: modeOf(screen), history: [] },
  ...{ alone: measured, verified: measured, signed: { at: measured.at, by: 'Jürgen Groß' }, dueOn: '2027-05-22' },
  checks: [{ at: '2026-11-23T06:00:00.000Z', by: 'R. Ito', passed: true, note: 'dust in the corner' }],
};
const dcmdump = peer('dcmdump');
const dciodvfy = peer('dciodvfy');
const folder = mkdtempSync(join(tmpdir(), 'alternator-record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(of: MonitorProfile = profile): string {
  const path = join(folder, 'record.dcm');
  writeFileSync(path, displaySystemRecord(monitor, of, 'reading-room-3-left'));
  return path;
}

describe('a measured monitor as a DICOM record', () => {
  it.skipIf(dcmdump === undefined)('holds the modules of PS3.3 C.32 with what was measured, by whom and with what', () => {
    const { stdout, status } = spawnSync(dcmdump ?? '', ['+P', '0008,0016', '-q', written()], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, expect.stringContaining('DisplaySystem')]);
    const whole = spawnSync(dcmdump ?? '', ['-q', '-Un', '+L', written()], { encoding: 'utf8' }).stdout;
    const values = (tag: string): string[] => [...whole.matchAll(new RegExp(`\\(${tag}\\) \\w\\w \\[?(.*?)\\]? +#`, 'g'))].map((found) => found[1] ?? '');
    expect(values('0008,1010')).toEqual(['reading-room-3-l']);
    expect(values('0018,1000')).toEqual(['S-123']);
    expect(values('0028,7019')).toEqual(['GSDF']);
    expect(values('0028,7017').map(Number)).toEqual(points.map(({ ddl }) => ddl));
    expect(values('0028,701f').map(Number)).toEqual(points.map(({ luminance }): unknown => expect.closeTo(luminance + 0.4, 3)));
    expect(values('0028,701b')).toEqual(['18']);
    expect(values('0028,701d').map(Number)).toEqual([expect.closeTo(1.2, 4)]);
    expect(values('0028,701e').map(Number)).toEqual([expect.closeTo(350.2, 3)]);
    expect(values('0028,7029')).toEqual(['PASS']);
    expect(values('0028,702a')).toEqual(['dust in the corner']);
    expect(values('0040,4037')).toEqual(['R. Ito^', 'M. Okafor^', 'M. Okafor^']);
    expect(values('0040,4050')).toEqual(['20261123060000+0000', '20261122074400+0000', '20261122074400+0000']);
    expect(values('0028,7007')).toEqual(['signed by Jürgen Groß, due 2027-05-22']);
  });

  it.skipIf(dciodvfy === undefined)('has no fault that dciodvfy knows of: it has no such IOD, and says that alone', () => {
    const { stdout, stderr } = spawnSync(dciodvfy ?? '', [written()], { encoding: 'utf8' });
    const faults = `${stdout}\n${stderr}`.split('\n').filter((line) => /^Error/.test(line));
    expect(faults).toEqual(['Error - Information Object Not found']);
  });

  it('is refused where nothing was measured', () => {
    const { verified: _verified, ...bare } = profile;
    expect(() => displaySystemRecord(monitor, bare, 'x')).toThrow('nobody measured this monitor');
  });
});
