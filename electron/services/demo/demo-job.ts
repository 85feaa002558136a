import { z } from 'zod';
import type { ObjectStore } from '../cache';
import type { Clock, ServicesOptions } from '../host-environment';
import type { JobDefinition } from '../sync';
import { runDemo } from './run-demo';

/** The demo set of every first run is the same: same seed and day, same bytes. */
const DEMO_SEED = 20_261_122;

/** Input of a demo job: the day to which all its dates are relative (DA). */
const DemoInput = z.object({ today: z.string().regex(/^\d{8}$/) });
const Checkpoint = z.object({ done: z.int().min(0) });

/** The day is part of the job: resumed tomorrow, it makes the same objects. */
export function demoInput(clock: Clock, { demoDay }: Pick<ServicesOptions, 'demoDay'>): z.infer<typeof DemoInput> {
  return { today: demoDay ?? new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '') };
}

export interface DemoJobParts {
  readonly store: ObjectStore;
  readonly options: Pick<ServicesOptions, 'role' | 'workersDir'>;
  /** Told at each run, with the day of the set. */
  onRun(day: string): void;
}

/** Makes the demo studies: some in the workstation, all of them in the demo archive. Taken up again, it goes on behind what was stored. */
export function demoJob({ store, options, onRun }: DemoJobParts): JobDefinition {
  return {
    unit: 'images',
    title: () => 'Make the demo studies',
    async run({ input, resumeFrom, progress, signal }) {
      const { today } = DemoInput.parse(input);
      onRun(today);
      const from = Checkpoint.safeParse(resumeFrom);
      const demo = {
        seed: DEMO_SEED,
        today,
        workersDir: options.workersDir,
        ...(options.role === 'demoArchive' ? { studies: 'all' as const } : {}),
        startAt: from.success ? from.data.done : 0,
      };
      const result = await runDemo(store, demo, signal, ({ done, total, StudyInstanceUID }) => {
        progress.touched(StudyInstanceUID);
        progress.set(done, total);
        progress.checkpoint({ done });
      });
      for (const { name, reason } of result.refused) progress.refuse(name, reason);
      if (result.stored === 0 && result.refused.length > 0) throw new Error(`no demo image could be kept: ${result.refused[0]?.reason ?? ''}`);
    },
  };
}
