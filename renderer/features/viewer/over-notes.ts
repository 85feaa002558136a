import type { ImageFrame, PresentationState } from '@shared/domain';
import type { DrawnOver } from '../../imaging';

/** What lies over or in the picture that the reader must know: the state that is applied, words that are burned in, what was taken off. */
export function overNotes(
  frame: ImageFrame | undefined,
  state: PresentationState | undefined,
  { overlays, shutters }: DrawnOver,
  isSubtracted = false,
): readonly string[] {
  const notes: string[] = [];
  if (state !== undefined) {
    notes.push(`presentation state ${state.label}`.trim(), ...state.problems);
    if (state.masks.length > 0 && !isSubtracted) notes.push('the mask of the state is not subtracted: the image is shown as it is');
  }
  const tile = frame?.tile;
  if (tile !== undefined) notes.push(`mosaic tile ${tile.number} of ${tile.of} (taken apart by Alternator; the file holds one picture)`);
  if (frame?.extras?.burnedIn === true) notes.push('annotations are burned into the pixels');
  if (!overlays) notes.push('overlays off');
  if (!shutters) notes.push('shutters off');
  return notes;
}
