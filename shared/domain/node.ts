import { z } from 'zod';

/** Who may send: `*` for either part (only by the command line or on purpose). */
export const AcceptedSender = z.object({
  aeTitle: z.string().min(1).max(16),
  host: z.string().min(1).max(255),
  /** `run`: given on the command line, forgotten at the end of this run. */
  source: z.enum(['settings', 'run']),
});
export type AcceptedSender = z.infer<typeof AcceptedSender>;

export const RefusedSender = z.object({
  aeTitle: z.string(),
  calledAeTitle: z.string(),
  host: z.string(),
  /** In words: "calling AE unknown", "called AE is not ours", "address is not the registered one". */
  reason: z.string(),
  /** Whether "allow this sender" would help. */
  canAllow: z.boolean(),
  count: z.int(),
  firstAt: z.string(),
  lastAt: z.string(),
});
export type RefusedSender = z.infer<typeof RefusedSender>;

export const NodeStatus = z.object({
  aeTitle: z.string(),
  host: z.string(),
  port: z.int().optional(),
  listening: z.boolean(),
  /** Why it does not listen, in words. */
  error: z.string().optional(),
  /** The second port, for TLS alone; absent: there is none. */
  tlsPort: z.int().optional(),
  /** Why there is no TLS though it was asked for, in words. */
  tlsError: z.string().optional(),
  addresses: z.array(z.string()),
  associations: z.int(),
  listeningSince: z.string().optional(),
});
export type NodeStatus = z.infer<typeof NodeStatus>;

export const CacheStatus = z.object({
  objects: z.int(),
  studies: z.int(),
  sizeBytes: z.number(),
  diskFreeBytes: z.number(),
  diskTotalBytes: z.number(),
  quarantined: z.int(),
  /** Bytes of what was set aside; `sizeBytes` does not have them. */
  quarantinedBytes: z.number(),
  /** Below the reserve: modalities get 0xA700. */
  full: z.boolean(),
  notices: z.array(z.string()),
});
export type CacheStatus = z.infer<typeof CacheStatus>;

export const QuarantineItem = z.object({
  id: z.string(),
  at: z.string(),
  reason: z.string(),
  SOPInstanceUID: z.string(),
  StudyInstanceUID: z.string(),
  from: z.string(),
  sizeBytes: z.number(),
});
export type QuarantineItem = z.infer<typeof QuarantineItem>;
