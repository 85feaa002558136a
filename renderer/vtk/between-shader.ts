/**
 * What is interpolated: the table's index; where the table goes up and down (`isFolded`) its level. Between two values lie others there, whose levels are neither
 * pixel's: they would stand as a thin line along every edge.
 */
export const takenOf =
  (folded: boolean) =>
  (index: string): string =>
    folded ? `levelAt(int(${index}))` : index;

/** Shader text of what lies at a point (edges of pixels at whole numbers) between its four pixels; `at` says what is mixed of a pixel, by its place. */
export const mixedBetween = (name: string, at: (place: string) => string): string => `float ${name}(vec2 t) {
  vec2 c = t - 0.5;
  ivec2 low = ivec2(floor(c));
  vec2 f = c - floor(c);
  ivec2 last = ivec2(imageSize) - 1;
  ivec2 a = clamp(low, ivec2(0), last);
  ivec2 b = clamp(low + 1, ivec2(0), last);
  return mix(mix(${at('a')}, ${at('ivec2(b.x, a.y)')}, f.x), mix(${at('ivec2(a.x, b.y)')}, ${at('b')}, f.x), f.y);
}`;

/** Levels between pixels. */
export const FOLDED_BETWEEN = mixedBetween('foldedBetween', (place) => takenOf(true)(`indexAt(${place})`));

/**
 * Between pixels of which some are left out, because they are padding or covered by a shutter: those take no part (a rim of values that nobody measured, or that the shutter hides, would
 * stand around the rest otherwise), and what is nearest to one of them is that one.
 */
export function besideLeftOut(padded: boolean, covered: boolean, folded = false): string {
  const taken = takenOf(folded);
  const leftOut = [padded ? 'isPadded(index)' : '', covered ? 'covers(p)' : ''].filter((part) => part !== '').join(' || ');
  return `bool isLeftOut(ivec2 p, float index) { return ${leftOut}; }
float beside(vec2 t) {
  ivec2 last = ivec2(imageSize) - 1;
  ivec2 middle = clamp(ivec2(floor(t)), ivec2(0), last);
  float index = indexAt(middle);
  float nearest = ${taken('index')};
  if (isLeftOut(middle, index)) return nearest;
  vec2 c = t - 0.5;
  ivec2 low = ivec2(floor(c));
  vec2 f = c - floor(c);
  float sum = 0.0;
  float weights = 0.0;
  for (int tap = 0; tap < 4; tap++) {
    ivec2 step = ivec2(tap & 1, tap >> 1);
    ivec2 p = clamp(low + step, ivec2(0), last);
    float index = indexAt(p);
    float weight = (step.x == 1 ? f.x : 1.0 - f.x) * (step.y == 1 ? f.y : 1.0 - f.y);
    if (isLeftOut(p, index)) continue;
    sum += weight * (${taken('index')} - nearest);
    weights += weight;
  }
  return nearest + sum / weights;
}`;
}

export const PADDED = `uniform vec2 padding;
bool isPadded(float index) { return index >= padding.x && index <= padding.y; }`;

/**
 * A picture that is made small: the mean of all pixels that a pixel of the glass covers, on stored values, by taps between pixels that lie at most 1.5 pixels apart
 * (from 2 on a pixel could lie between two taps and count in neither). One tap alone leaves pixels out: a single bright one, a calcification, came and went with the zoom.
 */
export const TAPS = `uniform vec2 footprint;
vec2 tapAt(vec2 point, ivec2 taps, int x, int y) { return point + footprint * ((vec2(x, y) + 0.5) / vec2(taps) - 0.5); }`;
export const AVERAGED = `uniform vec2 tapCount;
ivec2 tapsOf() { return ivec2(tapCount); }`;

export const averagedOver = (type: 'float' | 'vec3', tap: string): string => `
${type} averaged(vec2 point) {
  ivec2 taps = tapsOf();
  ${type} sum = ${type}(0.0);
  for (int y = 0; y < taps.y; y++) for (int x = 0; x < taps.x; x++) sum += ${tap};
  return sum / float(taps.x * taps.y);
}`;

/** What is left out takes no part in it; where there is nothing else it stays what it is. */
const averagedBesideLeftOut = (taken: (index: string) => string): string => `
float averaged(vec2 point) {
  ivec2 taps = tapsOf();
  float sum = 0.0;
  float count = 0.0;
  float left = 0.0;
  for (int y = 0; y < taps.y; y++) for (int x = 0; x < taps.x; x++) {
    vec2 t = tapAt(point, taps, x, y);
    ivec2 p = texelOf(t);
    float index = indexAt(p);
    if (isLeftOut(p, index)) { left = ${taken('index')}; continue; }
    sum += beside(t);
    count += 1.0;
  }
  return count > 0.0 ? sum / count : left;
}`;

/** Shader text of `averaged(point)` for grey; `tapAt` stands before it. */
export const averages = (leavesOut: boolean, folded = false): string => `${AVERAGED}
${leavesOut ? averagedBesideLeftOut(takenOf(folded)) : averagedOver('float', `${folded ? 'foldedBetween' : 'between'}(tapAt(point, taps, x, y))`)}`;
