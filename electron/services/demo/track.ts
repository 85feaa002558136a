/** A smooth function through key points `[position, value]`; constant outside (monotone cubic). */
export function track(keys: readonly (readonly [number, number])[]): (position: number) => number {
  const points = [...keys].sort((a, b) => a[0] - b[0]);
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  const n = xs.length;
  const slopes = secants(xs, ys);
  const tangents = xs.map((_, i) => {
    const before = slopes[Math.max(0, i - 1)] ?? 0;
    const after = slopes[Math.min(n - 2, i)] ?? 0;
    // Fritsch-Carlson: no overshoot between key points, or a contour would fold over.
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
  });
  return (position) => {
    if (position <= (xs[0] ?? 0)) return ys[0] ?? 0;
    if (position >= (xs[n - 1] ?? 0)) return ys[n - 1] ?? 0;
    let i = 0;
    while (position > (xs[i + 1] ?? 0)) i++;
    const h = (xs[i + 1] ?? 0) - (xs[i] ?? 0);
    const t = (position - (xs[i] ?? 0)) / h;
    const t2 = t * t;
    const t3 = t2 * t;
    return (
      (2 * t3 - 3 * t2 + 1) * (ys[i] ?? 0) +
      (t3 - 2 * t2 + t) * h * (tangents[i] ?? 0) +
      (3 * t2 - 2 * t3) * (ys[i + 1] ?? 0) +
      (t3 - t2) * h * (tangents[i + 1] ?? 0)
    );
  };
}

function secants(xs: readonly number[], ys: readonly number[]): number[] {
  const slopes: number[] = [];
  for (let i = 0; i + 1 < xs.length; i++) slopes.push(((ys[i + 1] ?? 0) - (ys[i] ?? 0)) / ((xs[i + 1] ?? 0) - (xs[i] ?? 0)));
  return slopes;
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothStep(low: number, high: number, value: number): number {
  const t = clamp((value - low) / (high - low), 0, 1);
  return t * t * (3 - 2 * t);
}
