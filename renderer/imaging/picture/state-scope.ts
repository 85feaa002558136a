import type { ImageFrame, ImageReference, PresentationState } from '@shared/domain';

type Named = Pick<ImageFrame, 'SOPInstanceUID' | 'frameIndex'>;

/** Whether references name this frame; none at all means every image of the state (PS3.3 C.10.4, C.10.5, C.11.8). */
export function isMeant(references: readonly ImageReference[], { SOPInstanceUID, frameIndex }: Named): boolean {
  if (references.length === 0) return true;
  return references.some((one) => one.SOPInstanceUID === SOPInstanceUID && (one.frames.length === 0 || one.frames.includes(frameIndex + 1)));
}

/** Whether a presentation state is for this frame. */
export function appliesTo(state: Pick<PresentationState, 'images'>, frame: Named): boolean {
  return state.images.length > 0 && isMeant(state.images, frame);
}
