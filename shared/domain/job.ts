import { z } from 'zod';
import { JobId } from './ids';

export const JobKind = z.enum(['demo', 'import', 'rebuildIndex', 'retrieve', 'send', 'verify', 'evict', 'delete', 'reconcile', 'outageSet']);
export type JobKind = z.infer<typeof JobKind>;

export const JobState = z.enum(['waiting', 'running', 'paused', 'done', 'failed', 'cancelled']);

/** The study that a transfer is about, as a list or an archive described it when the transfer was asked for. */
export const JobSubject = z.object({
  StudyInstanceUID: z.string(),
  /** The archive or node at the other end. */
  node: z.string(),
  PatientName: z.string(),
  PatientID: z.string(),
  StudyDate: z.string(),
  StudyDescription: z.string(),
  ModalitiesInStudy: z.array(z.string()),
  /** How many series or images it is about, when not the whole study: "2 series". */
  part: z.string().optional(),
});
export type JobSubject = z.infer<typeof JobSubject>;

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
  /** The same work in bytes, where it is known. */
  bytes: z.object({ done: z.number().min(0), total: z.number().min(0) }).optional(),
  /** Per-item refusals: nothing silent. `path`: the file of the source that it is or stands in. */
  refused: z.array(z.object({ name: z.string(), reason: z.string(), setAside: z.boolean().optional(), path: z.string().optional() })),
  /** Lines worth knowing that are no fault. */
  notes: z.array(z.string()).default([]),
  error: z.string().optional(),
  subject: JobSubject.optional(),
  canPause: z.boolean().optional(),
  /** Once it has ended: it can be run again for what is missing. */
  canRetry: z.boolean().optional(),
  /** Units a second over the last seconds; absent when it does not run or that is not known yet. */
  rate: z.number().optional(),
  /** Bytes a second of the same seconds, where the work counts bytes. */
  bytesRate: z.number().optional(),
  /** Studies it touched, in order of first arrival. */
  studies: z.array(z.string()),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** Somebody has seen that it ended: it moves to the history. */
  readAt: z.string().optional(),
});
export type Job = z.infer<typeof Job>;
