import { readdirSync } from 'node:fs';

interface Switch {
  readonly name: string;
  /** Empty for a switch without a value. */
  readonly value: string;
}

/** What the launcher of `npm start` gives too (build/bootstrap/system.mjs; a unit test holds both together): build/decisions/0215-composed-by-vulkan.md, 0260. */
const SWITCHES: readonly Switch[] = [
  { name: 'use-gl', value: 'angle' },
  { name: 'use-angle', value: 'swiftshader' },
  { name: 'enable-unsafe-swiftshader', value: '' },
  { name: 'use-vulkan', value: 'swiftshader' },
  { name: 'enable-features', value: 'Vulkan' },
  { name: 'disable-gpu-rasterization', value: '' },
];

/** Whoever gives one of these has decided how pictures are drawn. */
const DECIDING = ['use-gl', 'use-angle', 'use-vulkan', 'disable-gpu', 'disable-software-rasterizer', 'enable-unsafe-swiftshader'];

/**
 * Switches for a machine without a graphics processor (a virtual machine, a remote desktop), so that the installed program has WebGL2 there as well:
 * newer Chromiums give it by SwiftShader only when asked. Empty where there is one, on other systems (Windows and macOS bring a renderer of their own),
 * and when the command line decides it; `given` tells a switch of the command line: its value, empty for none, undefined when it is not there.
 */
export function softwareRendering(platform: NodeJS.Platform, given: (name: string) => string | undefined, renderNodes = nodesOfKernel): readonly Switch[] {
  if (platform !== 'linux' || DECIDING.some((name) => given(name) !== undefined)) return [];
  if (renderNodes().some((name) => name.startsWith('renderD'))) return [];
  return SWITCHES.map(({ name, value }) => {
    const features = name === 'enable-features' ? given(name) : undefined;
    return { name, value: features === undefined || features === '' ? value : `${features},${value}` };
  });
}

function nodesOfKernel(): readonly string[] {
  try {
    return readdirSync('/dev/dri');
  } catch {
    return [];
  }
}
