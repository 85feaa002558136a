import { parentPort, workerData } from 'node:worker_threads';
import { checkDatabaseFile, type CheckDepth } from '../index';

const { path, depth } = workerData as { path: string; depth: CheckDepth };
parentPort?.postMessage(checkDatabaseFile(path, depth));
