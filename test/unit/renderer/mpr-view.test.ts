import { describe, expect, it } from 'vitest';
import { SeriesUid, type Vector3 } from '@shared/domain';
import {
  apply,
  FITTED_VIEW,
  imageToViewport,
  type MprPlaneName,
  PATIENT_PLANES,
  planeStack,
  turnedPlanes,
  type VolumeGrid,
  type ViewTransform,
} from '@shared/geometry';
import { angleFrom, crosshairOf, OPEN_PX } from '../../../renderer/features/viewer/mpr/crosshair';
import { keptView, pointOnPlane } from '../../../renderer/features/viewer/mpr/kept-view';
import { planeSet } from '../../../renderer/features/viewer/mpr/plane-set';
import type { PlaneStacks } from '../../../renderer/features/viewer/mpr/mpr-session';
import { nearestImage, seenOn } from '../../../renderer/features/viewer/cursor-3d';
import { appliesTo } from '../../../renderer/imaging';
import { displaySet, frame, range } from '../imaging/fakes';

const GRID: VolumeGrid = {
  originLps: [-50, -40, 10],
  iDirectionLps: [1, 0, 0],
  jDirectionLps: [0, 1, 0],
  kDirectionLps: [0, 0, 1],
  spacingMm: [0.5, 0.5, 2],
  size: [200, 160, 60],
};
const POINT: Vector3 = [0, 0, 70];
const SIZE = { width: 600, height: 500 };

function stacksOf(planes = PATIENT_PLANES): PlaneStacks {
  const of = (name: MprPlaneName) => planeStack(GRID, name, planes[name], POINT);
  return { axial: of('axial'), sagittal: of('sagittal'), coronal: of('coronal') };
}

const affineOf = (stacks: PlaneStacks, name: MprPlaneName, view: ViewTransform = FITTED_VIEW) =>
  imageToViewport(view, { columns: stacks[name].columns, rows: stacks[name].rows, aspect: 1 }, SIZE);

describe('the crosshair of a plane', () => {
  const cross = (planes = PATIENT_PLANES, view: ViewTransform = FITTED_VIEW, slabMm = 0) => {
    const stacks = stacksOf(planes);
    return crosshairOf({ stacks, name: 'axial', pointLps: POINT, slabMm, imageToCss: affineOf(stacks, 'axial', view), ...SIZE });
  };

  it('stands where the planes meet, open in the middle: the sagittal plane upright, the coronal one across', () => {
    const { centre, lines } = cross();
    const stacks = stacksOf();
    expect(centre).toEqual(apply(affineOf(stacks, 'axial'), pointOnPlane(stacks.axial, POINT)));
    const [sagittal, coronal] = lines;
    expect(lines.map(({ label }) => label)).toEqual(['S sagittal', 'C coronal']);
    for (const [x] of sagittal?.arms.flat() ?? []) expect(x).toBeCloseTo(centre[0], 9);
    for (const [, y] of coronal?.arms.flat() ?? []) expect(y).toBeCloseTo(centre[1], 9);
    expect(Math.abs((sagittal?.arms[0]?.[0][1] ?? 0) - centre[1])).toBeCloseTo(OPEN_PX, 9);
  });

  it('shows both faces of a slab, half its thickness off', () => {
    const { centre, lines } = cross(PATIENT_PLANES, { ...FITTED_VIEW, zoom: 3 }, 10);
    const faces = lines[0]?.faces.map(([[x]]) => x - centre[0]).sort((a, b) => a - b);
    // 5 mm are 10 pixels of 0.5 mm, three device pixels each.
    expect(faces?.[0]).toBeCloseTo(-30, 6);
    expect(faces?.[1]).toBeCloseTo(30, 6);
    expect(cross().lines[0]?.faces).toEqual([]);
  });

  it('turns with the planes, clockwise as they are turned, and with the picture', () => {
    const angleOf = (found: ReturnType<typeof cross>): number => {
      const [[x1, y1], [x2, y2]] = [found.lines[1]?.handles[1] ?? [0, 0], found.lines[1]?.handles[0] ?? [0, 0]];
      return (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
    };
    expect(angleOf(cross())).toBeCloseTo(0, 9);
    expect(angleOf(cross(turnedPlanes(PATIENT_PLANES, 'axial', Math.PI / 6)))).toBeCloseTo(30, 6);
    expect(angleOf(cross(PATIENT_PLANES, { ...FITTED_VIEW, rotationDeg: 20 }))).toBeCloseTo(20, 6);
    expect(angleFrom([10, 10], [10, 20])).toBeCloseTo(Math.PI / 2, 12);
  });
});

describe('turned planes on the screen', () => {
  it('keep their millimetres as large and the point where it was', () => {
    const [before, after] = [stacksOf(), stacksOf(turnedPlanes(PATIENT_PLANES, 'axial', 0.4))];
    const view: ViewTransform = { ...FITTED_VIEW, zoom: 2.5, center: [90, 60], rotationDeg: 0 };
    const kept = keptView(view, before.coronal, after.coronal, POINT, SIZE);
    const at = (stacks: PlaneStacks, seen: ViewTransform) => apply(affineOf(stacks, 'coronal', seen), pointOnPlane(stacks.coronal, POINT));
    const [x, y] = at(before, view);
    const [nextX, nextY] = at(after, kept);
    // The corner of a picture is put on a whole device pixel.
    expect(Math.abs(nextX - x)).toBeLessThanOrEqual(1);
    expect(Math.abs(nextY - y)).toBeLessThanOrEqual(1);
    expect(Number(kept.zoom) / after.coronal.pixelMm).toBeCloseTo(2.5 / before.coronal.pixelMm, 9);
  });
});

describe('planes as a display set', () => {
  const like = frame(7, {
    FrameOfReferenceUID: '1.9',
    windows: [{ center: 40, width: 400, explanation: '', function: 'LINEAR' }],
    spacingBasis: 'PixelSpacing',
  });
  const source = displaySet(range(1, 60), { SeriesInstanceUID: SeriesUid.parse('1.9.1') });
  const stack = stacksOf().coronal;
  const set = planeSet({ source, like, name: 'coronal', stack, notes: [] });

  it('has an image for each plane, placed and measured', () => {
    expect(set.frames).toHaveLength(160);
    expect(set.frames[0]).toMatchObject({ spacingMm: [0.5, 0.5], spacingBasis: 'PixelSpacing', rowDirectionLps: [1, 0, 0], FrameOfReferenceUID: '1.9' });
    const index = nearestImage(set, { FrameOfReferenceUID: '1.9', lps: POINT }) ?? -1;
    expect(seenOn(set.frames[index]!, { FrameOfReferenceUID: '1.9', lps: POINT })?.offMm).toBeCloseTo(0, 9);
  });

  it('is no image of the study: its UID is that of no object', () => {
    const uids = new Set(source.frames.map(({ SOPInstanceUID }) => SOPInstanceUID));
    expect(set.frames.some(({ SOPInstanceUID }) => uids.has(SOPInstanceUID))).toBe(false);
    const state = { images: [{ SOPInstanceUID: like.SOPInstanceUID, frames: [] }] };
    expect(appliesTo(state as never, like)).toBe(true);
    expect(appliesTo(state as never, set.frames[0]!)).toBe(false);
  });
});
