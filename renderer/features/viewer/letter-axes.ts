import type { ImageFrame, Vector3 } from '@shared/domain';
import { directionOfLetters } from '@shared/geometry';

/** Where rows and columns of an image run to, for the letters at its edges. */
export interface LetterAxes {
  readonly row: Vector3;
  readonly column: Vector3;
}

/**
 * By the image's own directions, else by Patient Orientation, which radiographs and mammograms have in their place (PS3.3 C.7.6.1.1.1). That of animals has other
 * letters, some of them the same with another meaning: none then, and none where the image says nothing.
 */
export function letterAxes({ rowDirectionLps, columnDirectionLps, acquisition }: ImageFrame): LetterAxes | undefined {
  if (rowDirectionLps !== undefined && columnDirectionLps !== undefined) return { row: rowDirectionLps, column: columnDirectionLps };
  const { PatientOrientation = '', AnatomicalOrientationType = 'BIPED' } = acquisition ?? {};
  const [row, column, ...more] = PatientOrientation.split('\\').map(directionOfLetters);
  if (row === undefined || column === undefined || more.length > 0 || AnatomicalOrientationType !== 'BIPED') return undefined;
  return { row, column };
}
