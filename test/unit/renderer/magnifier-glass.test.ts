import { expect, it } from 'vitest';
import { FITTED_VIEW } from '@shared/geometry';
import { glassView, glassZoom } from '../../../renderer/features/viewer/magnifier-glass';

it('the magnifier shows twice what is seen, and never less than the pixels of the image', () => {
  expect([0.2, 0.5, 0.8, 3].map(glassZoom)).toEqual([1, 1, 1.6, 6]);
});

it('the view under the magnifier is turned as the picture is, and at 1:1 lies on whole pixels', () => {
  const turned = { ...FITTED_VIEW, rotationDeg: 90, mirrored: true };
  expect(glassView(turned, 1, [100.4, 20.6])).toEqual({ zoom: 1, center: [100, 21], rotationDeg: 90, mirrored: true });
  expect(glassView(turned, 1.6, [100.4, 20.6])).toMatchObject({ zoom: 1.6, center: [100.4, 20.6] });
});
