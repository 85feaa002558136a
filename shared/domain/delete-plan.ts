import { z } from 'zod';
import { StudyUid } from './ids';

/** What deleting a study here would take away, and what is against it. */
export const DeleteCandidate = z.object({
  StudyInstanceUID: StudyUid,
  PatientName: z.string(),
  PatientID: z.string(),
  StudyDate: z.string(),
  StudyDescription: z.string(),
  objects: z.int(),
  sizeBytes: z.number(),
  /** Objects that an archive has confirmed, listed by their UIDs, or sent and counted. */
  proven: z.int(),
  /** Archives that have those. */
  nodes: z.array(z.string()),
  /** Why it must not go, in words; empty: it may. */
  obstacles: z.array(z.string()),
});
export type DeleteCandidate = z.infer<typeof DeleteCandidate>;
