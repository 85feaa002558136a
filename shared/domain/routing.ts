import { z } from 'zod';

/** Which objects a rule is about; what is not named matches everything. Texts take the wild cards `*` and `?`, without regard to case. */
export const RoutingMatch = z.object({
  Modality: z.string().trim().max(16).optional(),
  /** Calling AE title of the sender. */
  callingAeTitle: z.string().trim().max(16).optional(),
  StudyDescription: z.string().trim().max(64).optional(),
  SeriesDescription: z.string().trim().max(64).optional(),
});
export type RoutingMatch = z.infer<typeof RoutingMatch>;

/** What happens to objects that a modality sends us. What came from an archive, a file or the demo is never routed. */
export const RoutingRule = z.object({
  name: z.string().trim().min(1).max(64),
  enabled: z.boolean(),
  match: RoutingMatch,
  /** Name of the archive or node. */
  to: z.string().trim().min(1).max(64),
  /** Nothing goes out before somebody has released it. */
  held: z.boolean(),
});
export type RoutingRule = z.infer<typeof RoutingRule>;

export const RoutingRules = z.object({ rules: z.array(RoutingRule).max(200) });
export type RoutingRules = z.infer<typeof RoutingRules>;
