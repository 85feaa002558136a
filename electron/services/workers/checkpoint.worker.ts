import { parentPort } from 'node:worker_threads';
import { asAsync, createNodeFiles } from '../cache/node-files';
import { type CheckpointTask, makeObjectFiles, Scratch } from '../cache/checkpoint-task';

const files = asAsync(createNodeFiles().sync);
const scratch = new Scratch();

parentPort?.on('message', ({ id, tasks }: { id: number; tasks: CheckpointTask[] }) => {
  void makeObjectFiles(files, tasks, scratch).then((outcomes) => parentPort?.postMessage({ id, outcomes }));
});
