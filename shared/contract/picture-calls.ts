import { z } from 'zod';
import { InstanceId, PresentationState, PresentationStateRow, StudyUid } from '../domain';
import { anyone, type CallShape, nothing } from './call-shape';

/** What `--render` asks the page for. */
export const RenderRequest = z.object({
  /** Counted from 1. */
  frame: z.int().min(1),
  /** Of a mosaic: one of its tiles, counted from 1. Absent: the picture as it stands in the object. */
  tile: z.int().min(1).optional(),
  voi: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('file') }),
    z.object({ kind: z.literal('window'), center: z.number(), width: z.number(), function: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']) }),
    /** The file's first window by another function. */
    z.object({ kind: z.literal('function'), function: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']) }),
  ]),
  /** The presentation state that came with the image is applied. */
  state: z.boolean(),
});
export type RenderRequest = z.infer<typeof RenderRequest>;

/** Presentation states, and the one picture of `--render`. */
export const pictureCalls = {
  /** Presentation states of a study, newest first; of everything that is here (at most 1,000) without one. */
  'presentation.list': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    timeoutMs: 60_000,
    request: z.object({ StudyInstanceUID: StudyUid.optional() }),
    response: z.object({
      states: z.array(PresentationStateRow),
      /** Objects that are presentation states and cannot be read, in words. */
      problems: z.array(z.string()),
    }),
  },
  'presentation.get': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    timeoutMs: 60_000,
    request: z.object({ instanceId: InstanceId }),
    response: z.object({ state: PresentationState }),
  },
  /** How grey is put on the glass, and what `--render` asks for when the program was started to make one picture. */
  'app.display': {
    servedBy: 'main',
    roles: anyone,
    request: nothing,
    response: z.object({
      /** Text of the calibration file of `--calibration`. */
      calibration: z.string().max(100_000).optional(),
      dither: z.boolean(),
      render: RenderRequest.optional(),
    }),
  },
  /** The picture of `--render` as PNG, or why there is none. */
  'app.rendered': {
    servedBy: 'main',
    roles: anyone,
    request: z.union([z.object({ png: z.instanceof(Uint8Array) }), z.object({ problem: z.string().max(2000) })]),
    response: nothing,
  },
} as const satisfies Record<string, CallShape>;
