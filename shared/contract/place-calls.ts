import { z } from 'zod';
import { anyone, type CallShape, changers, nothing } from './call-shape';

/** Where everything is kept. */
export const DataPlace = z.object({
  /** The folder of this run. */
  now: z.string(),
  /** That of the next start, as things stand. */
  next: z.string(),
  /** The place for applications of this user. */
  usual: z.string(),
  /** `--data-dir` was given: it counts whatever was chosen. */
  byFlag: z.boolean(),
});
export type DataPlace = z.infer<typeof DataPlace>;

/** The place of the data folder. A page never names a path: main asks the person. */
export const placeCalls = {
  'app.dataPlace': { servedBy: 'main', roles: anyone, request: nothing, response: DataPlace },
  /** `folder`: main shows a dialog; unchanged when none was chosen. What is kept stays where it is. */
  'app.chooseDataPlace': { servedBy: 'main', roles: changers, timeoutMs: 0, request: z.object({ to: z.enum(['folder', 'usual']) }), response: DataPlace },
} as const satisfies Record<string, CallShape>;
