import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DigestTask } from './digest-task';
import { inProcessThumbnails, workerThumbnails } from './thumbnail-runner';

export interface FrameDigests {
  digest(frame: DigestTask): Promise<string | undefined>;
  close(): Promise<void>;
}

/** In a worker thread where its script is there, without coded syntaxes in this one elsewhere. */
export function createFrameDigests(workersDir: string): FrameDigests {
  const script = join(workersDir, 'thumbnail.worker.cjs');
  const runner = workersDir !== '' && existsSync(script) ? workerThumbnails(script) : inProcessThumbnails();
  return {
    async digest(frame) {
      const outcome = await runner.digest(frame).catch(() => undefined);
      return outcome?.ok === true ? outcome.digest : undefined;
    },
    close: () => runner.close(),
  };
}
