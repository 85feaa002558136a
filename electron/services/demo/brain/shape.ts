/** Signed distances in millimetres, negative inside; approximate away from the surface, smooth everywhere. */

export function ellipsoidDistance(x: number, y: number, z: number, rx: number, ry: number, rz: number): number {
  const a = x / rx;
  const b = y / ry;
  const c = z / rz;
  const k0 = Math.sqrt(a * a + b * b + c * c);
  if (k0 < 1e-4) return -Math.min(rx, ry, rz);
  const d = a / rx;
  const e = b / ry;
  const f = c / rz;
  return (k0 * (k0 - 1)) / Math.sqrt(d * d + e * e + f * f);
}

/** Points and radii of a tube, flat: x, y, z, r for each. */
export type FlatTube = readonly number[];

export function tubeDistance(x: number, y: number, z: number, tube: FlatTube): number {
  let least = Infinity;
  for (let i = 0; i + 7 < tube.length; i += 4) {
    const dx = (tube[i + 4] ?? 0) - (tube[i] ?? 0);
    const dy = (tube[i + 5] ?? 0) - (tube[i + 1] ?? 0);
    const dz = (tube[i + 6] ?? 0) - (tube[i + 2] ?? 0);
    const px = x - (tube[i] ?? 0);
    const py = y - (tube[i + 1] ?? 0);
    const pz = z - (tube[i + 2] ?? 0);
    let t = (px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz);
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    const ox = px - t * dx;
    const oy = py - t * dy;
    const oz = pz - t * dz;
    const d = Math.sqrt(ox * ox + oy * oy + oz * oz) - ((tube[i + 3] ?? 0) + t * ((tube[i + 7] ?? 0) - (tube[i + 3] ?? 0)));
    if (d < least) least = d;
  }
  return least;
}

/** Union with a fillet of about `k` millimetres. */
export function smoothUnion(a: number, b: number, k: number): number {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - h * h * k * 0.25;
}

/** Share of a voxel of `size` millimetres that lies inside a surface at signed distance `d`. */
export function inside(d: number, size: number): number {
  const part = 0.5 - d / size;
  return part <= 0 ? 0 : part >= 1 ? 1 : part;
}
