import { StudyUid } from '@shared/domain';
import { z } from 'zod';
import { isUnset } from './unset';

/** How one viewport stood. Zoom is relative to "fit", the centre a fraction of the image: they hold on another screen too. */
export const CellPlace = z.object({
  displaySetId: z.string().max(200),
  SOPInstanceUID: z.string().max(64),
  frameIndex: z.int().min(0),
  /** Number of the tile of a mosaic. */
  tile: z.int().min(1).optional(),
  /** A window of the user, or a table of the file by its place in it. */
  window: z
    .union([
      z.object({ voiLut: z.int().min(0).max(100) }),
      z.object({ center: z.number(), width: z.number(), function: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']).optional() }),
    ])
    .optional(),
  zoom: z.union([z.literal('fit'), z.number().positive().max(1000)]),
  center: z.union([z.literal('middle'), z.tuple([z.number(), z.number()])]),
  rotationDeg: z.number().min(0).max(360),
  mirrored: z.boolean(),
  inverted: z.boolean(),
});
export type CellPlace = z.infer<typeof CellPlace>;

/** Rows x columns of the grid of viewports; uneven ones by their large viewport: `1+2` left of two, `1/2` above two. */
export const LayoutId = z.enum([
  '1x1',
  '1x2',
  '1x3',
  '1x4',
  '2x1',
  '2x2',
  '2x3',
  '2x4',
  '3x1',
  '3x2',
  '3x3',
  '3x4',
  '4x1',
  '4x2',
  '4x3',
  '4x4',
  '1+2',
  '1+3',
  '1/2',
  '1/3',
]);
export type LayoutId = z.infer<typeof LayoutId>;

const Triple = z.tuple([z.number(), z.number(), z.number()]);

/** Planes through a volume, as they stood: the point in which they meet and how they lie, LPS. */
export const MprPlace = z.object({
  displaySetId: z.string().max(200),
  pointLps: Triple,
  /** Directions of row and column: axial, sagittal, coronal. */
  planes: z.array(z.object({ rowLps: Triple, columnLps: Triple })).length(3),
  slabMm: z.number().min(0).max(1000),
  mode: z.enum(['MAX', 'MIN', 'mean']),
});
export type MprPlace = z.infer<typeof MprPlace>;

export const StudyPlace = z.object({
  layout: LayoutId,
  activeCell: z.int().min(0).max(15),
  maximised: z.boolean(),
  cells: z.array(CellPlace.nullable()).max(16),
  mpr: MprPlace.optional(),
  /** ISO time of the last change: the oldest places are forgotten first. */
  at: z.string(),
});
export type StudyPlace = z.infer<typeof StudyPlace>;

export const SESSION_VERSION = 1;
/** So many open studies come back, the last ones. */
export const MAX_TABS = 40;
/** Places of at most so many studies are kept. */
export const MAX_PLACES = 40;

export const Session = z.object({
  version: z.literal(SESSION_VERSION),
  tabs: z.array(StudyUid).transform((tabs) => tabs.slice(-MAX_TABS)),
  active: z.string().max(64),
  cornerTexts: z.enum(['full', 'reading', 'minimal']),
  /** One that cannot be read is forgotten alone. */
  places: z.record(z.string(), StudyPlace.nullable().catch(null)).transform((places) => {
    return Object.fromEntries(Object.entries(places).flatMap(([study, place]) => (place === null ? [] : [[study, place]])));
  }),
});
export type Session = z.infer<typeof Session>;

export const EMPTY_SESSION: Session = { version: SESSION_VERSION, tabs: [], active: 'worklist', cornerTexts: 'full', places: {} };

/** A stored session; undefined when it is of another form. The empty one when there is none. */
export function parseSession(value: unknown): Session | undefined {
  if (isUnset(value)) return EMPTY_SESSION;
  const parsed = Session.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The newest places only. */
export function withPlace(session: Session, study: StudyUid, place: StudyPlace): Session {
  const entries = Object.entries({ ...session.places, [study]: place }).sort(([, a], [, b]) => (a.at < b.at ? 1 : -1));
  return { ...session, places: Object.fromEntries(entries.slice(0, MAX_PLACES)) };
}
