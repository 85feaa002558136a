import { filmsPlaying } from '../features/objects';
import { thumbnailsUnderWay } from '../stores';

/** Whether the processor is needed for something that is looked at, or nobody looks at this window: nothing is loaded ahead then. */
export function isOccupied(): boolean {
  return document.hidden || thumbnailsUnderWay() > 0 || filmsPlaying() > 0;
}
