import { describe, expect, it } from 'vitest';
import type { ImageFrame } from '@shared/domain';
import { edgeLetters, FITTED_VIEW, flippedHorizontally, rotated } from '@shared/geometry';
import { letterAxes } from '../../../renderer/features/viewer/letter-axes';
import { fakeRow, fakeSets } from '../../support/ui-harness/fake-host';

const [frame] = fakeSets(fakeRow(4))[1]?.frames ?? [];

/** A radiograph: no place in the patient, only what Patient Orientation says. */
function radiograph(acquisition: Readonly<Record<string, string>>): ImageFrame {
  const { rowDirectionLps: _row, columnDirectionLps: _column, positionLps: _position, ...rest } = frame ?? expect.fail('no frame');
  return { ...rest, acquisition };
}

function letters(PatientOrientation: string, view = FITTED_VIEW): string {
  const axes = letterAxes(radiograph({ PatientOrientation }));
  if (axes === undefined) return 'none';
  const { left, right, top, bottom } = edgeLetters(axes.row, axes.column, view);
  return [left, right, top, bottom].join(' ');
}

describe('letters of a radiograph', () => {
  it('are those of Patient Orientation, under every flip and turn', () => {
    expect(letters('L\\F')).toBe('R L H F');
    expect(letters('P\\FL')).toBe('A P HR FL');
    expect(letters('L\\F', flippedHorizontally(FITTED_VIEW))).toBe('L R H F');
    expect(letters('L\\F', rotated(FITTED_VIEW, 90))).toBe('F H R L');
  });

  it('are none where it says nothing, half of it, or speaks of an animal', () => {
    for (const said of ['', 'L', 'L\\', 'L\\F\\P', 'LE\\V']) expect(letters(said), said).toBe('none');
    expect(letterAxes(radiograph({ PatientOrientation: 'L\\F', AnatomicalOrientationType: 'QUADRUPED' }))).toBeUndefined();
    expect(letterAxes(radiograph({ PatientOrientation: 'L\\F', AnatomicalOrientationType: 'BIPED' }))).toBeDefined();
  });

  it('are the image’s own where it has directions', () => {
    const axial = frame ?? expect.fail('no frame');
    expect(letterAxes({ ...axial, acquisition: { PatientOrientation: 'R\\H' } })?.row).toEqual(axial.rowDirectionLps);
  });

  it('are none of an animal that has directions: L would be lateral there, R rostral', () => {
    const axial = frame ?? expect.fail('no frame');
    expect(letterAxes({ ...axial, acquisition: { AnatomicalOrientationType: 'QUADRUPED' } })).toBeUndefined();
  });
});
