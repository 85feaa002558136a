import { channelOfEventPort } from '@shared/contract';
import type { ToDecodeWorker } from '../imaging';
import { createDecodeCore } from './decode-core';
import { loadCodecs } from './load-codecs';

/** The part of a dedicated worker's global scope that is used (the page's types do not know it). */
interface WorkerScope {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToDecodeWorker>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const core = createDecodeCore((message) => scope.postMessage(message), loadCodecs);

scope.addEventListener('message', ({ data }) => {
  switch (data.kind) {
    case 'port':
      core.usePort(channelOfEventPort(data.port));
      return;
    case 'load':
      core.load(data);
      return;
    case 'cancel':
      core.cancel(data.job);
      return;
    case 'warm':
      core.warm();
  }
});
