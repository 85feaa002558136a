import { z } from 'zod';
import { InstanceId } from './ids';

/** An object to look at: one in the cache, or one that was set aside. */
export const ObjectRef = z.union([z.object({ instanceId: InstanceId }), z.object({ quarantineId: z.string().min(1).max(64) })]);
export type ObjectRef = z.infer<typeof ObjectRef>;

/** One line of the header view. Texts are plain text, never markup. */
export const HeaderRow = z.object({
  /** Its place in the object: the name of the line in later requests. */
  row: z.int().min(0),
  depth: z.int().min(0),
  kind: z.enum(['element', 'sequence', 'item', 'fragments', 'fragment']),
  /** "GGGG,EEEE"; empty for items. */
  tag: z.string(),
  name: z.string(),
  vr: z.string(),
  /** Bytes as stated; -1 = undefined. */
  length: z.number(),
  /** The beginning of the value. */
  value: z.string(),
  /** The value is longer than what stands here. */
  cut: z.boolean(),
  /** Has lines of its own; `open`: they are listed. */
  count: z.int().optional(),
  open: z.boolean().optional(),
  match: z.boolean().optional(),
});
export type HeaderRow = z.infer<typeof HeaderRow>;

export const HeaderPage = z.object({
  rows: z.array(HeaderRow),
  /** Lines that there are to scroll through now. */
  total: z.int().min(0),
  /** Elements of the object. */
  elements: z.int().min(0),
  matches: z.int().min(0).optional(),
  /** Where reading ended before its end, and why. */
  problem: z.string().optional(),
  sizeBytes: z.number(),
  TransferSyntaxUID: z.string(),
});
export type HeaderPage = z.infer<typeof HeaderPage>;
