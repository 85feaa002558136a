import { parentPort, workerData } from 'node:worker_threads';
import { quickCheckFile } from '../index';

parentPort?.postMessage(quickCheckFile((workerData as { path: string }).path));
