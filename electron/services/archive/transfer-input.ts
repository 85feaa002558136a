import { JobSubject, StudyUid } from '@shared/domain';
import { z } from 'zod';

/** What a job that fetches or sends is given; it is kept with the job, so that it can be run again. */
export const TransferInput = z.object({
  StudyInstanceUID: StudyUid,
  node: z.string(),
  /** Only these series. */
  series: z.array(z.string()).optional(),
  /** Only these objects (sending). */
  images: z.array(z.string()).optional(),
  subject: JobSubject.optional(),
  /** Who asked for it. */
  by: z.string().optional(),
});
export type TransferInput = z.infer<typeof TransferInput>;

export function subjectOf(input: unknown): JobSubject | undefined {
  return TransferInput.parse(input).subject;
}

/** Equal for the same objects and the same node: a second wish for them is the first one. */
export function transferKey(input: unknown): string {
  const { StudyInstanceUID, node, series, images } = TransferInput.parse(input);
  return JSON.stringify([StudyInstanceUID, node, series?.toSorted(), images?.toSorted()]);
}
