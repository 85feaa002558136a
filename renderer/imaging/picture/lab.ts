import type { LabValue } from '@shared/domain';

/** CIELab of 16 bits a number (PS3.3 C.10.7.1.1: L 0..100, a and b -128..127, D50) as sRGB of 8 bits. */
export function labToRgb([l16, a16, b16]: LabValue): readonly [number, number, number] {
  const l = (l16 / 65_535) * 100;
  const a = (a16 / 65_535) * 255 - 128;
  const b = (b16 / 65_535) * 255 - 128;
  const fy = (l + 16) / 116;
  const inverse = (f: number): number => (f > 6 / 29 ? f ** 3 : 3 * (6 / 29) ** 2 * (f - 4 / 29));
  const [x, y, z] = [0.9642 * inverse(fy + a / 500), inverse(fy), 0.8249 * inverse(fy - b / 200)];
  // XYZ of D50 to linear sRGB (Bradford).
  return [
    level(3.1338561 * x - 1.6168667 * y - 0.4906146 * z),
    level(-0.9787684 * x + 1.9161415 * y + 0.033454 * z),
    level(0.0719453 * x - 0.2289914 * y + 1.4052427 * z),
  ];
}

function level(linear: number): number {
  const cut = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (cut <= 0.0031308 ? 12.92 * cut : 1.055 * cut ** (1 / 2.4) - 0.055));
}
