import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installers, notBuiltWords, onPath, otherSystemsWords, systemTools, whyNoTools } from '../../../build/package/installers.mjs';

const shim = resolve(import.meta.dirname, '../../../build/package/fpm-by-dpkg.mjs');
const hasDpkg = onPath('dpkg-deb');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-installers-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A PATH with these programs alone. */
function pathWith(...names: string[]): { PATH: string } {
  for (const name of names) writeFileSync(join(folder, name), '', { mode: 0o755 });
  return { PATH: folder };
}

describe('what npm run dist says of installers', () => {
  it('names every target that the configuration names, once', () => {
    const config = readFileSync(resolve(import.meta.dirname, '../../../build/package/electron-builder.yml'), 'utf8');
    const named = [...config.matchAll(/^ {2}target: \[?([^\]\n]+)/gm)]
      .flatMap(([, list]) => (list ?? '').split(',').map((name) => name.trim()))
      .filter((name) => name !== 'dir');
    expect(
      Object.values(installers)
        .flat()
        .map(({ target }) => target)
        .sort(),
    ).toEqual(named.sort());
  });

  it('says what a target needs and why that cannot be had', () => {
    const [appImage] = installers['--linux'];
    if (appImage === undefined) throw new Error('no target');
    expect(notBuiltWords(appImage, { host: 'does not answer (ENOTFOUND)' })).toBe(
      'not built: AppImage. It needs mksquashfs and the runtime of AppImages, which electron-builder fetches from github.com, and that does not answer (ENOTFOUND).',
    );
    expect(notBuiltWords(appImage, { problem: 'exit code 1' })).toBe('not built: AppImage. exit code 1');
  });

  it('sends the targets of other systems to those systems, and none of this one', () => {
    expect(otherSystemsWords('--linux')).toEqual([
      'not tried: nsis. The Electron of Windows is not part of this installation: run npm run dist on Windows.',
      'not tried: dmg, zip. The Electron of macOS is not part of this installation: run npm run dist on macOS.',
    ]);
  });

  it('tells a host that cannot be reached, that refuses, and that answers, apart', async () => {
    const failing = (error: Error) => () => Promise.reject(error);
    expect(await whyNoTools(failing(new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } })), {})).toBe('does not answer (ENOTFOUND)');
    expect(await whyNoTools(failing(Object.assign(new Error('time'), { name: 'TimeoutError' })), {})).toBe('does not answer within 4 s');
    expect(await whyNoTools(() => Promise.resolve(new Response('', { status: 403 })), {})).toBe('answers 403');
    expect(await whyNoTools(() => Promise.resolve(new Response('')), {})).toBeUndefined();
    expect(await whyNoTools(failing(new Error('never asked')), { HTTPS_PROXY: 'http://proxy' })).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')('takes the tools of this system where it has them', () => {
    expect(systemTools('deb', { PATH: folder })).toBeUndefined();
    expect(systemTools('deb', pathWith('dpkg-deb'))).toEqual({ CUSTOM_FPM_PATH: shim });
    expect(systemTools('deb', pathWith('dpkg-deb', 'fpm'))).toEqual({ USE_SYSTEM_FPM: 'true' });
    expect(systemTools('AppImage', pathWith('dpkg-deb', 'fpm'))).toBeUndefined();
  });
});

describe.skipIf(!hasDpkg)('a Debian package by dpkg-deb', () => {
  const args = (file: string, ...more: string[]): string[] => [
    ...['-s', 'dir', '--force', '-t', 'deb', '-d', 'libgtk-3-0', '-d', 'libnss3', '--deb-recommends', 'xdg-utils', '--deb-compression', 'gz'],
    ...['--architecture', 'amd64', '--after-install', join(folder, 'install.sh'), '--description', 'One line\n More of it.\n \n And more.'],
    ...['--version', '0.1.0', '--package', file, '--name', 'alternator', '--maintainer', 'Some One <one@example.invalid>', '--url', 'https://example.invalid'],
    ...['--deb-priority', 'optional', ...more],
  ];

  it('holds the files where they were told to go, with rights of their own, and says what it depends on', () => {
    const source = join(folder, 'program');
    mkdirSync(join(source, 'resources'), { recursive: true });
    writeFileSync(join(source, 'alternator'), 'program', { mode: 0o700 });
    writeFileSync(join(source, 'resources', 'app.asar'), 'bytes', { mode: 0o600 });
    symlinkSync('alternator', join(source, 'link'));
    writeFileSync(join(folder, 'a=b.desktop'), '[Desktop Entry]');
    writeFileSync(join(folder, 'install.sh'), '#!/bin/sh\ntrue\n');
    chmodSync(source, 0o700);
    const file = join(folder, 'made.deb');
    execFileSync(shim, args(file, `${source}/=/opt/Alternator`, `${join(folder, 'a=b.desktop')}=/usr/share/applications/alternator.desktop`), {
      stdio: 'pipe',
    });
    const fields = execFileSync('dpkg-deb', ['--field', file], { encoding: 'utf8' });
    for (const line of [
      'Package: alternator',
      'Version: 0.1.0',
      'Depends: libgtk-3-0, libnss3',
      'Recommends: xdg-utils',
      'Description: One line\n More of it.\n .\n And more.',
    ])
      expect(fields).toContain(line);
    const out = join(folder, 'out');
    execFileSync('dpkg-deb', ['--raw-extract', file, out]);
    expect(readFileSync(join(out, 'opt/Alternator/link'), 'utf8')).toBe('program');
    expect(statSync(join(out, 'opt/Alternator/alternator')).mode & 0o777).toBe(0o755);
    expect(statSync(join(out, 'opt/Alternator/resources/app.asar')).mode & 0o777).toBe(0o644);
    expect(readFileSync(join(out, 'usr/share/applications/alternator.desktop'), 'utf8')).toBe('[Desktop Entry]');
    expect(statSync(join(out, 'DEBIAN/postinst')).mode & 0o777).toBe(0o755);
    execFileSync('md5sum', ['--check', '--quiet', 'DEBIAN/md5sums'], { cwd: out });
    expect(execFileSync('dpkg-deb', ['--contents', file], { encoding: 'utf8' })).toMatch(/root\/root.*\.\/opt\/Alternator\/alternator/);
  });

  it('makes nothing of what it does not understand', () => {
    const file = join(folder, 'made.deb');
    expect(() => execFileSync(shim, args(file, '--frobnicate'), { stdio: 'pipe' })).toThrow(/not understood: --frobnicate/);
    expect(() => execFileSync(shim, ['-t', 'rpm', '--package', file], { stdio: 'pipe' })).toThrow(/-t deb/);
    expect(() => statSync(file)).toThrow(/ENOENT/);
  });
});
