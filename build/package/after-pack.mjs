import { rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * electron-builder's hook: a custom Electron distribution brings its default app along, which would run any folder given on the command line.
 * @param {{ appOutDir: string, electronPlatformName: string }} context
 */
export default function afterPack({ appOutDir, electronPlatformName }) {
  if (electronPlatformName === 'darwin') return;
  rmSync(join(appOutDir, 'resources', 'default_app.asar'), { force: true });
}
