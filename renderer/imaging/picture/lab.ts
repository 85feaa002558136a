import type { LabValue } from '@shared/domain';
import { srgbLevel, XYZ_TO_SRGB } from '@shared/pixel';

/** CIELab of 16 bits a number (PS3.3 C.10.7.1.1: L 0..100, a and b -128..127, D50) as sRGB of 8 bits. */
export function labToRgb([l16, a16, b16]: LabValue): readonly [number, number, number] {
  const l = (l16 / 65_535) * 100;
  const a = (a16 / 65_535) * 255 - 128;
  const b = (b16 / 65_535) * 255 - 128;
  const fy = (l + 16) / 116;
  const inverse = (f: number): number => (f > 6 / 29 ? f ** 3 : 3 * (6 / 29) ** 2 * (f - 4 / 29));
  const [x, y, z] = [0.9642 * inverse(fy + a / 500), inverse(fy), 0.8249 * inverse(fy - b / 200)];
  const row = (at: number): number => srgbLevel((XYZ_TO_SRGB[at] ?? 0) * x + (XYZ_TO_SRGB[at + 1] ?? 0) * y + (XYZ_TO_SRGB[at + 2] ?? 0) * z);
  return [row(0), row(3), row(6)];
}
