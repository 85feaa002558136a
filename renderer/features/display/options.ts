import type { GatePolicy } from '@shared/domain';

/** Numbers of greys that are measured (AAPM TG18, TG270). */
export const COUNTS = [
  { value: '18', text: '18 greys' },
  { value: '52', text: '52 greys' },
  { value: '256', text: '256 greys' },
] as const;
/** Who makes the display follow the function. */
export const WAYS = [
  { value: 'software', text: 'Corrected here (measured)' },
  { value: 'hardware', text: 'The monitor corrects itself (declared)' },
] as const;
/** What happens where a display is not fit. */
export const POLICIES: readonly { readonly value: GatePolicy; readonly text: string }[] = [
  { value: 'inform', text: 'say it in the corner' },
  { value: 'warn', text: 'warn on the image' },
  { value: 'block', text: 'do not show the image' },
];
