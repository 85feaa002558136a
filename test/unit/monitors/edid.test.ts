import { EdidIdentity } from '@shared/domain';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { drmProbe } from '../../../electron/services/monitors/connected';
import { parseEdid } from '../../../electron/services/monitors/edid';
import { luminanceIn, spotreadDriver } from '../../../electron/services/monitors/meter';
import { macProbe, windowsProbe } from '../../../electron/services/monitors/system-probes';
import { edidBlock as edid, withCheckSum } from '../../support/edid';
import { seededRandom, testSeed } from '../../support/seed';

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'alternator-monitors-'));
  folders.push(made);
  return made;
}
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

describe('the EDID of a monitor', () => {
  it('says who it is, how large and how deep', () => {
    expect(parseEdid(edid({ serialText: '4417-20931' }))).toEqual({
      ok: true,
      identity: {
        ...{ manufacturer: 'EIZ', productCode: 0x1234, serial: '4417-20931', name: 'DIAG 5MP', year: 2020 },
        ...{ sizeMm: [325, 433], preferred: { width: 2048, height: 2560 }, bitsPerColour: 10 },
        chromaticity: { red: [655 / 1024, 338 / 1024], green: [307 / 1024, 614 / 1024], blue: [154 / 1024, 61 / 1024], white: [320 / 1024, 337 / 1024] },
      },
    });
    expect(parseEdid(edid({ serial: 4_000_000_001 }))).toMatchObject({ identity: { serial: '4000000001' } });
    expect(parseEdid(edid())).toMatchObject({ identity: { serial: '' } });
  });

  it('says its white point alone where it has no colours, and nothing where its numbers are of no colour', () => {
    const of = (chromaticity: readonly number[]) => {
      const read = parseEdid(edid({ chromaticity }));
      return read.ok ? read.identity.chromaticity : expect.fail(read.reason);
    };
    expect(of([0, 0x05, 0, 0, 0, 0, 0, 0, 0x50, 0x54])).toEqual({ white: [321 / 1024, 337 / 1024] });
    expect(of(Array.from({ length: 10 }, () => 0))).toBeUndefined();
    expect(of(Array.from({ length: 10 }, () => 0xff))).toBeUndefined();
  });

  it('says HDR and deep colour by its CTA-861 blocks; what is cut off or has a wrong check sum says nothing', () => {
    const read = (bytes: Uint8Array) => {
      const found = parseEdid(bytes);
      return found.ok ? { hdr: found.identity.hdr, bits: found.identity.deepColourBits } : expect.fail(found.reason);
    };
    const hdr = { tag: 7, payload: [6, 0b1101, 1, 115, 90, 18] };
    const hdmi = { tag: 3, payload: [0x03, 0x0c, 0x00, 0x10, 0x00, 0x38, 0x3c] };
    const bytes = edid({ cta: [{ tag: 2, payload: [16, 4] }, hdmi, hdr] });
    expect(read(bytes)).toEqual({
      hdr: {
        transfers: ['SDR', 'PQ', 'HLG'],
        mostNits: expect.closeTo(603.67, 1) as number,
        mostAverageNits: expect.closeTo(351.2, 0) as number,
        leastNits: expect.closeTo(0.03, 2) as number,
      },
      bits: 12,
    });
    expect(read(edid({ cta: [{ tag: 7, payload: [6, 1, 1] }] })).hdr).toEqual({ transfers: ['SDR'] });
    const nothing = { hdr: undefined, bits: undefined };
    expect(read(bytes.subarray(0, 128)), 'the extension was not given').toEqual(nothing);
    expect(read(bytes.subarray(0, 200)), 'cut off').toEqual(nothing);
    expect(read(bytes.with(255, 0)), 'check sum').toEqual(nothing);
    expect(read(edid({ cta: [{ tag: 7, payload: [6, 1] }] })), 'too short').toEqual(nothing);
    const beyond = edid({ cta: [hdr] });
    beyond[128 + 2] = 6;
    expect(read(Uint8Array.from([...beyond.subarray(0, 128), ...withCheckSum(beyond.slice(128))])), 'reaches beyond the list').toEqual(nothing);
  });

  it('says no size where it has two that differ, or the shape of a picture instead of its size', () => {
    const sizeOf = (parts: Parameters<typeof edid>[0]) => {
      const read = parseEdid(edid(parts));
      return read.ok ? read.identity.sizeMm : expect.fail(read.reason);
    };
    expect(sizeOf({ mm: [518, 324], cm: [52, 32] })).toEqual([518, 324]);
    expect(sizeOf({ mm: [0, 0], cm: [52, 32] })).toEqual([520, 320]);
    expect(sizeOf({ mm: [518, 324], cm: [0, 0] })).toEqual([518, 324]);
    expect(sizeOf({ mm: [160, 90], cm: [48, 27] })).toBeUndefined();
    for (const cm of [
      [160, 90],
      [16, 9],
      [160, 100],
      [16, 10],
    ] as const) {
      expect(sizeOf({ mm: [cm[0] * 10, cm[1] * 10], cm })).toBeUndefined();
      expect(sizeOf({ mm: [0, 0], cm })).toBeUndefined();
    }
  });

  it('counts both fields of an interlaced mode', () => {
    expect(parseEdid(edid({ size: [1920, 1080], interlaced: true }))).toMatchObject({ identity: { preferred: { width: 1920, height: 1080 } } });
  });

  it('is refused when it is short, begins otherwise, or its check sum is wrong', () => {
    expect(parseEdid(edid().subarray(0, 100))).toEqual({ ok: false, reason: '100 bytes are no EDID' });
    expect(parseEdid(new Uint8Array(128))).toMatchObject({ ok: false });
    const broken = edid();
    broken[20] = 0;
    expect(parseEdid(broken)).toEqual({ ok: false, reason: 'its check sum is wrong' });
  });

  it('never throws and keeps printable text only, whatever the bytes are', () => {
    const seed = testSeed();
    console.log(`edid seed ${seed}`);
    const random = seededRandom(seed);
    for (let round = 0; round < 2000; round++) {
      const bytes = edid({ serialText: 'X', cta: [{ tag: 7, payload: [6, 13, 1, 115, 90, 18] }] });
      for (let change = 0; change < 6; change++) bytes[8 + Math.floor(random() * 119)] = Math.floor(random() * 256);
      for (let change = 0; change < 6; change++) bytes[129 + Math.floor(random() * 126)] = Math.floor(random() * 256);
      const read = parseEdid(Uint8Array.from([...withCheckSum(bytes.slice(0, 128)), ...withCheckSum(bytes.slice(128))]));
      expect(read.ok).toBe(true);
      if (read.ok) expect(EdidIdentity.safeParse(read.identity).success).toBe(true);
      if (read.ok) expect(`${read.identity.name}${read.identity.serial}${read.identity.manufacturer}`).toMatch(/^[\x20-\x7e]*$/);
    }
  });

  it('is read for each connector of the kernel that has a monitor', async () => {
    const root = folder();
    for (const [name, bytes] of [
      ['card0-DP-1', edid({ serialText: 'A1' })],
      ['card0-HDMI-A-1', new Uint8Array()],
      ['card1-DP-2', new Uint8Array(40)],
      ['version', undefined],
    ] as const) {
      mkdirSync(join(root, name));
      if (bytes !== undefined) writeFileSync(join(root, name, 'edid'), bytes);
    }
    const { monitors } = await drmProbe(root).list();
    expect(monitors.map(({ connector, edid: read, problem }) => [connector, read?.serial ?? problem])).toEqual([
      ['DP-1', 'A1'],
      ['DP-2', '40 bytes are no EDID'],
    ]);
    expect((await drmProbe(join(root, 'nowhere')).list()).problem).toContain('tells nothing');
  });
});

describe('monitors of other systems', () => {
  const hex = (bytes: Uint8Array, between = ''): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(between);

  it('of Windows come by WMI, one line each; lines that are none are left out', async () => {
    const calls: (readonly string[])[] = [];
    const output = [
      `DISPLAY\\EIZ1234\\5&abc&0&UID4352_0 ${hex(edid({ serialText: 'W1' }), '-').toUpperCase()}`,
      'some warning of the shell',
      `DISPLAY\\GSM5B7F\\x_0 ${hex(new Uint8Array(128), '-')}`,
    ].join('\r\n');
    const probe = windowsProbe('C:\\Windows', (program, args) => {
      calls.push([program, ...args]);
      return Promise.resolve(output);
    });
    const { monitors, problem } = await probe.list();
    expect(problem).toBeUndefined();
    expect(monitors.map(({ connector, edid: read, problem: why }) => [connector, read?.serial ?? why])).toEqual([
      ['DISPLAY\\EIZ1234\\5&abc&0&UID4352_0', 'W1'],
      ['DISPLAY\\GSM5B7F\\x_0', expect.stringContaining('EDID')],
    ]);
    expect(calls[0]?.[0]).toMatch(/^C:\\Windows.*powershell\.exe$/);
    expect(calls[0]).toContain('-NonInteractive');
  });

  it('of macOS come from the registry of devices, where it has them', async () => {
    const output = `  | "IODisplayEDID" = <${hex(edid({ serialText: 'M7' }))}>\n  | "IODisplayPrefsKey" = "x"\n`;
    const { monitors } = await macProbe(() => Promise.resolve(output)).list();
    expect(monitors).toEqual([{ connector: 'display 1', edid: expect.objectContaining({ serial: 'M7' }) as unknown }]);
  });

  it('that are not told, or cannot be asked for, are said not to be known', async () => {
    for (const run of [() => Promise.resolve('nothing here'), () => Promise.reject(new Error('ENOENT'))])
      for (const probe of [windowsProbe('C:\\Windows', run), macProbe(run)]) {
        const { monitors, problem } = await probe.list();
        expect(monitors).toEqual([]);
        expect(problem).toContain('profiles hold for the place of a screen');
      }
  });
});

describe('the meter', () => {
  it('reads the luminance from what spotread prints', () => {
    expect(luminanceIn('Result is XYZ: 95.012 100.231 108.9, D50 Lab: 100 0 0\n')).toBe(100.231);
    expect(luminanceIn(' Result is XYZ: 0.1 0.0512 0.2, Yxy: 0.0512 0.31 0.33')).toBe(0.0512);
    expect(luminanceIn('Result is XYZ: 1 2 3\nResult is XYZ: 4 5e1 6')).toBe(50);
    expect(luminanceIn('Result is XYZ: 0 -0.01 0')).toBe(0);
    expect(luminanceIn('Spot read failed')).toBeUndefined();
    expect(luminanceIn('Result is XYZ: nan 1..2 0')).toBeUndefined();
  });

  it('is used where it is installed, and says in words where it is not or does not measure', async () => {
    const bin = folder();
    const none = spotreadDriver({ PATH: bin }, 'linux');
    expect(await none.look()).toMatchObject({ available: false });
    await expect(none.read()).rejects.toThrow('not installed');
    writeFileSync(join(bin, 'spotread'), '#!/bin/sh\n[ "$1" = -e ] && echo "Result is XYZ: 1 357.2 1, Yxy: 357.2 0.3 0.3"\n', { mode: 0o755 });
    const meter = spotreadDriver({ PATH: `/nowhere:${bin}` }, 'linux');
    expect(await meter.look()).toEqual({ available: true, words: join(bin, 'spotread') });
    expect((await meter.read()).luminance).toBe(357.2);
    writeFileSync(join(bin, 'spotread'), '#!/bin/sh\necho "Instrument access failed" >&2\nexit 1\n', { mode: 0o755 });
    await expect(meter.read()).rejects.toThrow('spotread could not measure: Instrument access failed');
    writeFileSync(join(bin, 'spotread'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    await expect(spotreadDriver({ PATH: `${bin}:/bin:/usr/bin` }, 'linux', 300).read()).rejects.toThrow('spotread gave no answer within 0.3 s');
  });
});
