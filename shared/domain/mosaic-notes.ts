import type { StackNote } from './display-set';
import type { FrameGroup } from './frame-group';
import { mosaicOf } from './mosaic';

/** What is to be known of a set of mosaics: by what they were taken apart and what is not known of their slices, or why they were not. */
export function mosaicNotes({ items }: Pick<FrameGroup, 'items'>): StackNote[] {
  const reasons = new Set<string>();
  const seen = new Set<number>();
  for (const { instanceId, attributes, tile } of items) {
    if (seen.has(instanceId)) continue;
    seen.add(instanceId);
    const mosaic = mosaicOf(attributes);
    if (mosaic?.kind === 'whole') reasons.add(`mosaic, shown whole: ${mosaic.why}`);
    if (mosaic?.kind === 'tiles' && tile !== undefined && mosaic.unplaced !== undefined)
      reasons.add(`where the slices of the mosaic lie is not known: ${mosaic.unplaced}`);
  }
  return [...reasons].slice(0, MOST).map((text) => ({ kind: 'info', text }));
}

/** More reasons than this are not read by anybody. */
const MOST = 3;
