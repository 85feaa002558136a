import { z } from 'zod';

/** `control.json` in the data folder, readable by its owner alone: where a script's commands are heard, and what proves that one may read that folder. */
export const ControlFile = z.object({ version: z.literal(1), path: z.string().min(1).max(1024), token: z.string().min(32).max(128) });
export type ControlFile = z.infer<typeof ControlFile>;

export const CONTROL_FILE = 'control.json';

/** First line of whoever connects. The answer is `Welcome`; then the contract is spoken as over any port. */
export const Hello = z.object({ token: z.string().max(128) });
export const Welcome = z.object({ welcome: z.literal(true) });
