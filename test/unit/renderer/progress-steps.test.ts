import { afterEach, describe, expect, it } from 'vitest';
import { nextStepMs, setComposedBySoftware } from '../../../renderer/ui';
import { isSoftwareRenderer } from '../../../renderer/vtk/software-renderer';

describe('steps of what tells of progress', () => {
  afterEach(() => setComposedBySoftware(false));

  it('are short where a graphics processor composes the window', () => {
    expect(nextStepMs(1000)).toBe(100);
    expect(nextStepMs(1030)).toBe(70);
    expect(nextStepMs(1080)).toBe(120);
  });

  it('are a second where the processor does it, all at once', () => {
    setComposedBySoftware(true);
    expect([1000, 1300, 1600].map((now) => now + nextStepMs(now))).toEqual([2000, 2000, 3000]);
  });
});

describe('who draws', () => {
  it('is the processor by the names that Chromium gives', () => {
    const software = [
      'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)',
      'ANGLE (Mesa, llvmpipe (LLVM 15.0.7, 256 bits), OpenGL 4.5)',
      'ANGLE (Microsoft, Microsoft Basic Render Driver (0x0000008C) Direct3D11 vs_5_0 ps_5_0, D3D11)',
      'Apple Software Renderer',
    ];
    for (const name of software) expect([name, isSoftwareRenderer(name)]).toEqual([name, true]);
  });

  it('is a graphics processor otherwise', () => {
    const hardware = [
      'ANGLE (NVIDIA, NVIDIA RTX A2000 (0x00002531) Direct3D11 vs_5_0 ps_5_0, D3D11)',
      'ANGLE (Intel, Mesa Intel(R) UHD Graphics 630 (CFL GT2), OpenGL 4.6)',
      'ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)',
      '',
    ];
    for (const name of hardware) expect([name, isSoftwareRenderer(name)]).toEqual([name, false]);
  });
});
