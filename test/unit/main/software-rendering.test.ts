import { describe, expect, it } from 'vitest';
import { softwareRendering as ofLauncher } from '../../../build/bootstrap/system.mjs';
import { softwareRendering } from '../../../electron/main/software-rendering';

const given = (switches: Record<string, string>) => (name: string) => switches[name];
const flags = (switches: ReturnType<typeof softwareRendering>) => switches.map(({ name, value }) => (value === '' ? `--${name}` : `--${name}=${value}`));

describe('switches of a machine without a graphics processor', () => {
  it('are those of the launcher', () => {
    expect(flags(softwareRendering('linux', given({}), () => ['card0']))).toEqual(ofLauncher);
  });

  it('are none where there is one, and on systems with a renderer of their own', () => {
    expect(softwareRendering('linux', given({}), () => ['card0', 'renderD128'])).toEqual([]);
    expect(softwareRendering('win32', given({}), () => [])).toEqual([]);
    expect(softwareRendering('darwin', given({}), () => [])).toEqual([]);
  });

  it('are none when the command line decides', () => {
    expect(softwareRendering('linux', given({ 'use-gl': 'egl' }), () => [])).toEqual([]);
    expect(softwareRendering('linux', given({ 'disable-gpu': '' }), () => [])).toEqual([]);
  });

  it('keep the features that the command line asks for', () => {
    const found = softwareRendering('linux', given({ 'enable-features': 'UseOzonePlatform' }), () => []);
    expect(found).toContainEqual({ name: 'enable-features', value: 'UseOzonePlatform,Vulkan' });
  });
});
