import { z } from 'zod';
import type { Clock } from '../host-environment';

/** Input of a demo job: the day to which all its dates are relative (DA). */
export const DemoInput = z.object({ today: z.string().regex(/^\d{8}$/) });

export function demoInput(clock: Clock): z.infer<typeof DemoInput> {
  return { today: new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '') };
}
