import type { DisplaySet, ObjectReference } from '@shared/domain';
import { type ObjectLink, objectOf } from '../objects';
import type { Cell } from './cell';
import type { ViewerModel } from './viewer-model';

type Place = { readonly set: DisplaySet; readonly index: number };

/** Where an object stands among the sets that are known: its frame, counted from 1, or its first; among objects without frames, itself. */
function placeOf(sets: readonly DisplaySet[], { here, frame }: ObjectLink): Place | undefined {
  for (const set of sets) {
    const index = set.frames.findIndex(({ instanceId, frameIndex, tile }) => instanceId === here.instanceId && frameIndex === frame - 1 && tile === undefined);
    const first = index >= 0 ? index : set.frames.findIndex(({ instanceId, tile }) => instanceId === here.instanceId && tile === undefined);
    if (first >= 0) return { set, index: first };
    const object = set.objects?.findIndex(({ instanceId }) => instanceId === here.instanceId) ?? -1;
    if (object >= 0) return { set, index: object };
  }
  return undefined;
}

/** Words for an object that another one points at: "AXIAL 2.0, image 60 of 143". */
export function describeReference(sets: readonly DisplaySet[], { here, frames, label }: ObjectReference): string {
  const found = here === undefined ? undefined : placeOf(sets, { here, frame: frames[0] ?? 1 });
  if (found === undefined) return label;
  const { set, index } = found;
  const name = set.SeriesDescription || `series ${set.SeriesNumber || '?'}`;
  if (set.frames.length === 0) return `${name}, ${label}`;
  const more = frames.length > 1 ? ` and ${frames.length - 1} more frames` : '';
  return `${name}, image ${index + 1} of ${set.frames.length}${more}`;
}

/** Shows what a link points at: beside the report where another viewport is shown, else in its place. False when it is in no set that is known. */
export function followLink(model: ViewerModel, from: Cell, link: ObjectLink): boolean {
  const found = placeOf(model.sets.value, link);
  if (found === undefined) return false;
  const beside = model.shown.value.find((cell) => cell.number !== from.number) ?? from;
  model.touched();
  if (beside.set?.id !== found.set.id) model.showSet(beside, found.set);
  if (objectOf(found.set) === undefined) model.scrollTo(beside, found.index);
  else model.turnTo(beside, found.index);
  return true;
}
