import type { ImageFrame, ImageReference, PresentationState } from '@shared/domain';

type Named = Pick<ImageFrame, 'SOPInstanceUID' | 'frameIndex' | 'tile'>;

/** Whether references name this frame; none at all means every image of the state (PS3.3 C.10.4, C.10.5, C.11.8). A tile of a mosaic is never meant: their pixels count in the whole picture. */
export function isMeant(references: readonly ImageReference[], { SOPInstanceUID, frameIndex, tile }: Named): boolean {
  if (tile !== undefined) return false;
  if (references.length === 0) return true;
  return references.some((one) => one.SOPInstanceUID === SOPInstanceUID && (one.frames.length === 0 || one.frames.includes(frameIndex + 1)));
}

/** Whether a presentation state is for this frame. */
export function appliesTo(state: Pick<PresentationState, 'images'>, frame: Named): boolean {
  return state.images.length > 0 && isMeant(state.images, frame);
}
