import { z } from 'zod';
import { JobId } from './ids';

export const JobKind = z.enum(['demo', 'import', 'rebuildIndex', 'retrieve', 'send']);
export type JobKind = z.infer<typeof JobKind>;

export const JobState = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']);

/** Long work: survives a reconnect, and where it can, a restart. */
export const Job = z.object({
  id: JobId,
  kind: JobKind,
  title: z.string(),
  state: JobState,
  /** Counts of the unit that a person thinks in (files, images). */
  done: z.int(),
  total: z.int().optional(),
  unit: z.string(),
  /** Objects that were here before with the same content. */
  alreadyHere: z.int().default(0),
  /** Of the refused ones: those whose bytes stand in quarantine. */
  setAside: z.int().default(0),
  /** Per-item refusals: nothing silent. */
  refused: z.array(z.object({ name: z.string(), reason: z.string() })),
  error: z.string().optional(),
  /** Studies it touched, in order of first arrival. */
  studies: z.array(z.string()),
  startedAt: z.string(),
  endedAt: z.string().optional(),
});
export type Job = z.infer<typeof Job>;
