import type { Voi } from '@shared/grayscale';
import type { GreyParts } from './grey';

/** Whether both make the same levels. Tables are compared by identity: who sets them keeps them. */
export function sameGrey(left: GreyParts, right: GreyParts): boolean {
  return (
    left.inverse === right.inverse &&
    left.inverted === right.inverted &&
    sameVoi(left.voi, right.voi) &&
    left.rescale?.slope === right.rescale?.slope &&
    left.rescale?.intercept === right.rescale?.intercept &&
    left.padding?.value === right.padding?.value &&
    left.padding?.limit === right.padding?.limit &&
    left.modalityLut === right.modalityLut &&
    left.presentationLut === right.presentationLut
  );
}

function sameVoi(left: Voi, right: Voi): boolean {
  if (left.kind === 'LUT' || right.kind === 'LUT') return left.kind === 'LUT' && right.kind === 'LUT' && left.lut === right.lut;
  return left.kind === right.kind && left.center === right.center && left.width === right.width;
}
