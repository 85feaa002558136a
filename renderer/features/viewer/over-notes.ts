import type { ImageFrame, PresentationState } from '@shared/domain';

/** What lies over or in the picture that the reader must know: the state that is applied, words that are burned in. */
export function overNotes(frame: ImageFrame | undefined, state: PresentationState | undefined): readonly string[] {
  const notes: string[] = [];
  if (state !== undefined) {
    notes.push(`presentation state ${state.label}`.trim(), ...state.problems);
    if (state.mask !== undefined) notes.push('the mask of the state is not subtracted: the image is shown as it is');
  }
  if (frame?.extras?.burnedIn === true) notes.push('annotations are burned into the pixels');
  return notes;
}
