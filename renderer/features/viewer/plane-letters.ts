import type { MprPlaneName } from '@shared/geometry';

/** Beside the colour of a plane always stands its letter. */
export const PLANE_LETTERS: Readonly<Record<MprPlaneName, string>> = { axial: 'A', sagittal: 'S', coronal: 'C' };
