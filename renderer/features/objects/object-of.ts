import { isVideo, objectKind, type ObjectKind } from '@shared/dicom';
import type { DisplaySet, ObjectReference, SetObject } from '@shared/domain';

/** An image that a report or a note points at. */
export interface ObjectLink {
  readonly here: NonNullable<ObjectReference['here']>;
  /** Counted from 1; the first when the whole object is meant. */
  readonly frame: number;
}

/** True when the set's pixel data are a stream: shown as a film, never frame by frame. */
export function isFilm(set: DisplaySet): boolean {
  return set.frames[0] !== undefined && isVideo(set.frames[0].TransferSyntaxUID);
}

/** Which of the objects of a set stands at an index of it: the frames of a film belong to one object each. */
export function objectAt(set: DisplaySet, index: number): number {
  const objects = objectOf(set)?.objects ?? [];
  const found = isFilm(set) ? objects.findIndex(({ instanceId }) => instanceId === set.frames[index]?.instanceId) : index;
  return Math.min(Math.max(0, found), Math.max(0, objects.length - 1));
}

/** The index that an object of a set stands at. */
export function indexOfObject(set: DisplaySet, number: number): number {
  return isFilm(set) ? set.frames.findIndex(({ instanceId }) => instanceId === objectOf(set)?.objects[number]?.instanceId) : number;
}

/** The objects of a set that is no stack of frames, and what they are shown as; undefined for stacks of images. */
export function objectOf(set: DisplaySet): { readonly kind: ObjectKind; readonly objects: readonly SetObject[] } | undefined {
  if (isFilm(set)) {
    const seen = new Map(set.frames.map((frame) => [frame.instanceId, frame]));
    return { kind: 'video', objects: [...seen.values()] };
  }
  const [first] = set.objects ?? [];
  return set.kind === 'notShown' && first !== undefined ? { kind: objectKind(first.SOPClassUID), objects: set.objects ?? [] } : undefined;
}
