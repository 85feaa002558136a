import { z } from 'zod';

export const Role = z.enum(['radiologist', 'technologist', 'admin', 'system']);
export type Role = z.infer<typeof Role>;

/** Who calls. Main binds it to a port when it hands the port out; a page cannot name its own. */
export const Actor = z.object({ user: z.string().min(1), roles: z.array(Role).min(1), windowId: z.int().optional() });
export type Actor = z.infer<typeof Actor>;
