export { spawnDecodeWorker } from './spawn-decode-worker';
