import { z } from 'zod';

/** How far it is known that an archive has the same content under the UIDs that it lists. Its list proves that they are there, not what they are. */
export const ContentCheck = z.object({
  node: z.string(),
  /** Objects whose copies were fetched and compared, element by element and value by value; each once in a round through the study. */
  compared: z.int(),
  /** Objects of the study here. */
  total: z.int(),
  /** When some were compared last (ISO); absent: never since they came. */
  at: z.string().optional(),
});
export type ContentCheck = z.infer<typeof ContentCheck>;
