import { assertNever } from '../util';

/** A window of interest: what maps modality values to P-values (PS3.3 C.11.2). LUT sequences join this union later. */
export interface VoiLinear {
  readonly kind: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';
  readonly center: number;
  readonly width: number;
}
export type Voi = VoiLinear;

/** The smallest width that each function allows (PS3.3 C.11.2.1.2, C.11.2.1.3): LINEAR 1, the others above 0. */
export function clampedWidth(kind: Voi['kind'], width: number): number {
  const wide = Number.isFinite(width) ? width : 1;
  return kind === 'LINEAR' ? Math.max(1, wide) : Math.max(1e-9, wide);
}

/**
 * P-value in 0..1 of a modality value, in double precision.
 * LINEAR: PS3.3 C.11.2.1.2.1, a width of 1 is a step at center - 0.5. LINEAR_EXACT: C.11.2.1.3.2. SIGMOID: C.11.2.1.3.1.
 */
export function presentationValue(value: number, voi: Voi): number {
  const { center } = voi;
  const width = clampedWidth(voi.kind, voi.width);
  switch (voi.kind) {
    case 'LINEAR': {
      if (value <= center - 0.5 - (width - 1) / 2) return 0;
      if (value > center - 0.5 + (width - 1) / 2) return 1;
      return (value - (center - 0.5)) / (width - 1) + 0.5;
    }
    case 'LINEAR_EXACT': {
      if (value <= center - width / 2) return 0;
      if (value > center + width / 2) return 1;
      return (value - center) / width + 0.5;
    }
    case 'SIGMOID':
      return 1 / (1 + Math.exp((-4 * (value - center)) / width));
    default:
      return assertNever(voi.kind);
  }
}
