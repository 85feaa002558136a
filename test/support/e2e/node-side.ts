import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { nodeBundle } from '../../../build/bundle/bundle.mjs';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..', '..', '..');
const script = join(root, 'dist', 'e2e', 'node-side.cjs');

/** Bundles the other side; called once before the tests. */
export async function buildNodeSide(): Promise<void> {
  await build({ ...nodeBundle, entryPoints: [join(import.meta.dirname, 'node-side-entry.ts')], outfile: script, external: ['libsql'] });
}

async function ask(...args: readonly string[]): Promise<Buffer> {
  const { stdout } = await run(process.execPath, [script, ...args], { cwd: root, encoding: 'buffer', maxBuffer: 1 << 26 });
  return stdout;
}

export interface DemoImage {
  /** Place in the whole plan. */
  readonly index: number;
  readonly study: string;
  readonly series: string;
  readonly StudyInstanceUID: string;
}

/** The demo set of the program's first run, in order. Made on this day. */
export async function demoPlan(): Promise<DemoImage[]> {
  const plan = JSON.parse((await ask('demo-plan')).toString()) as Omit<DemoImage, 'index'>[];
  return plan.map((image, index) => ({ ...image, index }));
}

/** Data set of one demo image. */
export function demoDataSet(image: DemoImage): Promise<Buffer> {
  return ask('demo-object', String(image.index));
}

/** Writes rows of `count` studies into the index of a data folder that no program has open. */
export async function fillWorklist(dataDir: string, count: number): Promise<void> {
  await ask('fill-index', dataDir, String(count));
}

/** Study UID of a demo study. */
export async function demoStudyUid(key: 'ct-chest' | 'ct-chest-prior' | 'mr-brain'): Promise<string> {
  const image = (await demoPlan()).find(({ study }) => study === key);
  if (image === undefined) throw new Error(`no demo study ${key}`);
  return image.StudyInstanceUID;
}

/** Study UID of one of the studies that the demo archive alone has. */
export async function archivedStudyUid(key: 'ecg' | 'cr-chest'): Promise<string> {
  return (await ask('archived-study', key)).toString();
}
