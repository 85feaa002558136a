import { buildAll } from '../../build/bundle/bundle.mjs';
import { electronRuntime, runtimeEnv } from '../../build/bootstrap/electron-runtime.mjs';
import { buildNodeSide } from '../support/e2e/node-side';
import { chromiumFlags, ensureDisplay, ensureLibraries } from '../../build/bootstrap/system.mjs';

/** Builds the program, finds an Electron and a display: what `npm start` does, once for all tests. Returns the teardown. */
export default async function globalSetup(): Promise<() => void> {
  await buildAll();
  await buildNodeSide();
  const runtime = await electronRuntime();
  await ensureLibraries(runtime.executable);
  const display = await ensureDisplay({ terminate: false });
  Object.assign(process.env, runtimeEnv(runtime), display.env, {
    ALTERNATOR_E2E_RUNTIME: JSON.stringify({ executable: runtime.executable, flags: chromiumFlags() }),
  });
  return display.stop;
}
