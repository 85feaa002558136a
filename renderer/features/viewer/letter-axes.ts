import type { ImageFrame, Vector3 } from '@shared/domain';
import { directionOfLetters } from '@shared/geometry';

/** Where rows and columns of an image run to, for the letters at its edges. */
export interface LetterAxes {
  readonly row: Vector3;
  readonly column: Vector3;
}

/**
 * By the image's own directions, else by Patient Orientation, which radiographs and mammograms have in their place (PS3.3 C.7.6.1.1.1). Animals have other
 * letters, some of them the same with another meaning, and their axes run otherwise along a limb (PS3.3 C.7.6.2.1.1): none then, and none where the image says
 * nothing.
 */
export function letterAxes({ rowDirectionLps, columnDirectionLps, acquisition }: ImageFrame): LetterAxes | undefined {
  const { PatientOrientation = '', AnatomicalOrientationType = 'BIPED' } = acquisition ?? {};
  if (AnatomicalOrientationType !== 'BIPED') return undefined;
  if (rowDirectionLps !== undefined && columnDirectionLps !== undefined) return { row: rowDirectionLps, column: columnDirectionLps };
  const [row, column, ...more] = PatientOrientation.split('\\').map(directionOfLetters);
  if (row === undefined || column === undefined || more.length > 0) return undefined;
  return { row, column };
}
