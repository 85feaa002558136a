import type { CallRequest, RenderRequest } from '@shared/contract';
import type { RenderOptions } from './command-line';
import { writeAtomic } from './write-atomic';

/** Longest wait for the picture. */
const TIMEOUT_MS = 120_000;

export interface Rendering {
  readonly request: RenderRequest;
  finished(result: CallRequest<'app.rendered'>): void;
  failed(reason: string): void;
  /** Resolves with undefined when the PNG is written, else with the reason. */
  readonly done: Promise<string | undefined>;
}

/** One picture for `--render`: what the page is asked for, and the file that it becomes. */
export function startRendering(options: RenderOptions, timeoutMs = TIMEOUT_MS): Rendering {
  let settle: (reason: string | undefined) => void = () => undefined;
  const done = new Promise<string | undefined>((resolve) => (settle = resolve));
  const timer = setTimeout(() => settle(`it was not drawn within ${timeoutMs / 1000} s`), timeoutMs);
  void done.then(() => clearTimeout(timer));
  const { frame, tile, voi, state } = options;
  return {
    request: { frame, voi, state: state !== undefined, ...(tile === undefined ? {} : { tile }) },
    finished(result) {
      if ('problem' in result) return settle(result.problem);
      writeAtomic(options.output, result.png).then(
        () => settle(undefined),
        (error: unknown) => settle(`${options.output} cannot be written: ${error instanceof Error ? error.message : String(error)}`),
      );
    },
    failed: (reason) => settle(reason),
    done,
  };
}
