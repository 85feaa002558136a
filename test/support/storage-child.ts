import { createNodeFiles, openStorage } from '../../electron/services/cache';
import { crashObject, hostEnvironment, SMALL, store } from './storage-rig';

/**
 * Child of the crash test: stores objects for ever, four at a time, and prints `OK n` only after each was acknowledged. Arguments: data folder, first number.
 * Some objects are large enough to be streamed.
 */
async function main(): Promise<void> {
  const [dataDir = '', first = '0'] = process.argv.slice(2);
  const storage = await openStorage(hostEnvironment(dataDir, createNodeFiles()), { ...SMALL, idleMs: 15 });
  process.stdout.write('READY\n');
  let next = Number(first);
  const sender = async (): Promise<void> => {
    for (;;) {
      const n = next++;
      const outcome = await store(storage.cache, crashObject(n));
      if (outcome.kind === 'refused') throw new Error(outcome.comment);
      process.stdout.write(`OK ${String(n)} ${outcome.attributes.SOPInstanceUID}\n`);
    }
  };
  await Promise.all([sender(), sender(), sender(), sender()]);
}

void main();
