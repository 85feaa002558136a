import { z } from 'zod';

/** What comparing in quiet moments may cost the archives. Kept in the settings document `comparison`. */
export const ComparisonPolicy = z.object({
  /** Of all archives together; 0: studies are compared when they are opened, and not in between. */
  bytesADay: z.number().min(0).max(1e15),
  /** In the day that began then (ms since the epoch). */
  spent: z.object({ bytes: z.number().min(0), sinceMs: z.number() }).optional(),
});
export type ComparisonPolicy = z.infer<typeof ComparisonPolicy>;

export const DEFAULT_COMPARISON: ComparisonPolicy = { bytesADay: 2e9 };
