import { parentPort } from 'node:worker_threads';
import { asAsync, createNodeFiles } from '../cache/node-files';
import { type CheckpointTask, makeObjectFiles } from '../cache/checkpoint-task';

const files = asAsync(createNodeFiles().sync);

parentPort?.on('message', ({ id, tasks }: { id: number; tasks: CheckpointTask[] }) => {
  void makeObjectFiles(files, tasks).then((outcomes) => parentPort?.postMessage({ id, outcomes }));
});
