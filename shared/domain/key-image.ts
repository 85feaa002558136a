import { z } from 'zod';
import { SeriesUid, SopInstanceUid, StudyUid } from './ids';

/** Document titles of CID 7010 that a reader gives. Rejections are IOCM's, and those that need a modifier are left out. */
export const KEY_IMAGE_TITLES = {
  '113000': 'Of Interest',
  '113002': 'For Referring Provider',
  '113003': 'For Surgery',
  '113004': 'For Teaching',
  '113005': 'For Conference',
  '113006': 'For Therapy',
  '113007': 'For Patient',
  '113008': 'For Peer Review',
  '113009': 'For Research',
  '113018': 'For Printing',
  '113020': 'For Report Attachment',
  '113021': 'For Litigation',
} as const;

export const KeyImageTitle = z.enum(Object.keys(KEY_IMAGE_TITLES) as [keyof typeof KEY_IMAGE_TITLES, ...(keyof typeof KEY_IMAGE_TITLES)[]]);
export type KeyImageTitle = z.infer<typeof KeyImageTitle>;

/** An image, or a frame of it, that somebody marked. */
export const KeyImage = z.object({
  SeriesInstanceUID: SeriesUid,
  SOPInstanceUID: SopInstanceUid,
  SOPClassUID: z.string(),
  /** From 1; absent: the object has one frame only. */
  frameNumber: z.int().min(1).optional(),
  by: z.string(),
  /** ISO. */
  at: z.string(),
});
export type KeyImage = z.infer<typeof KeyImage>;

/** A Key Object Selection Document that was made here (IHE KIN). */
export const KeyImageNote = z.object({
  SOPInstanceUID: SopInstanceUid,
  title: KeyImageTitle,
  description: z.string(),
  /** Images and frames that it names. */
  images: z.int(),
  by: z.string(),
  /** ISO. */
  at: z.string(),
  /** Archives and nodes that it was put into the outbox for. */
  nodes: z.array(z.string()),
  /** `kept`: it stands in the cache, and its orders in the outbox. `making`: asked for and on the disk, done as soon as the cache takes it. */
  state: z.enum(['making', 'kept']),
});
export type KeyImageNote = z.infer<typeof KeyImageNote>;

/** What is marked in a study and not finished yet, and what was finished at this station. */
export const KeyImages = z.object({
  StudyInstanceUID: StudyUid,
  /** Grows with every edit. */
  version: z.int(),
  /** In the order in which they were marked. */
  marks: z.array(KeyImage),
  canUndo: z.boolean(),
  canRedo: z.boolean(),
  notes: z.array(KeyImageNote),
  /** Archives that are known to have objects of this study; where there are none, the archives that we send to. */
  nodes: z.array(z.string()),
});
export type KeyImages = z.infer<typeof KeyImages>;
