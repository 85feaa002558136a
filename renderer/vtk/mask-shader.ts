import { takenOf } from './between-shader';

/**
 * What lies over a picture, in the shaders. Two kinds, by alpha: what covers the picture (a shutter, colours of a supplemental palette: 255), whose pixels take no part in what is interpolated
 * or averaged beside them, and overlays (128; 160 where something covers the picture beneath them), lines and texts that must not break where the picture is made small.
 */
export const MASK = `uniform highp sampler2D mask;
vec4 maskAt(ivec2 p) { return texelFetch(mask, p, 0); }
bool covers(ivec2 p) { return maskAt(p).a > 0.55; }`;

export interface MaskNeeds {
  readonly masked: boolean;
  /** Something of the mask covers the picture. */
  readonly covered: boolean;
  /** A pixel of the glass covers more than one of the image. */
  readonly spread: boolean;
}

/** The mask over `vec3 pictureAt(vec2 point)`, where `vec3 uncoveredAt(vec2 point, ivec2 taps)` is the mean of what is not covered. */
export function underMask({ masked, spread }: MaskNeeds): string {
  if (!masked) return 'vec3 seenAt(vec2 point) { return pictureAt(point); }';
  if (!spread)
    return `vec3 seenAt(vec2 point) {
  vec4 over = maskAt(texelOf(point));
  return over.a > 0.0 ? over.rgb : pictureAt(point);
}`;
  return `uniform vec2 maskTaps;
vec3 seenAt(vec2 point) {
  ivec2 taps = ivec2(maskTaps);
  vec4 overlay = vec4(0.0);
  vec3 cover = vec3(0.0);
  int covered = 0;
  for (int y = 0; y < taps.y; y++) for (int x = 0; x < taps.x; x++) {
    vec4 over = maskAt(texelOf(tapAt(point, taps, x, y)));
    if (over.a > 0.75) { cover += over.rgb; covered++; }
    else if (over.a > 0.0) overlay = over;
  }
  int count = taps.x * taps.y;
  if (overlay.a > 0.0) return overlay.rgb;
  if (covered == 0) return pictureAt(point);
  vec3 seen = covered < count ? uncoveredAt(point, taps) : vec3(0.0);
  return floor((cover + seen * float(count - covered)) / float(count) * 255.0 + 0.5) / 255.0;
}`;
}

/** Mean grey of the pixels of a footprint that nothing covers. Padding takes no part in it; where there is nothing else it stays padding. */
export function uncoveredGrey(padded: boolean, folded: boolean): string {
  const taken = takenOf(folded)('index');
  const seen = 'count > 0.0 ? sum / count : left';
  return `vec3 uncoveredAt(vec2 point, ivec2 taps) {
  float sum = 0.0;
  float count = 0.0;
  float left = 0.0;
  for (int y = 0; y < taps.y; y++) for (int x = 0; x < taps.x; x++) {
    ivec2 p = texelOf(tapAt(point, taps, x, y));
    if (covers(p)) continue;
    float index = indexAt(p);
    ${padded ? `if (isPadded(index)) { left = ${taken}; continue; }` : ''}
    sum += ${taken};
    count += 1.0;
  }
  return vec3(onGlass(${folded ? seen : `levelBetween(${seen})`}) / 255.0);
}`;
}

/** The same of colours. */
export const UNCOVERED_COLOUR = `vec3 uncoveredAt(vec2 point, ivec2 taps) {
  vec3 sum = vec3(0.0);
  float count = 0.0;
  for (int y = 0; y < taps.y; y++) for (int x = 0; x < taps.x; x++) {
    ivec2 p = texelOf(tapAt(point, taps, x, y));
    if (covers(p)) continue;
    sum += texelFetch(stored, p, 0).rgb;
    count += 1.0;
  }
  return sum / max(1.0, count);
}`;

/** Colour between pixels of which some are covered: those take no part. */
export const COLOUR_BESIDE_COVER = `vec3 besideCover(vec2 t) {
  ivec2 last = ivec2(imageSize) - 1;
  vec2 c = t - 0.5;
  ivec2 low = ivec2(floor(c));
  vec2 f = c - floor(c);
  vec3 sum = vec3(0.0);
  float weights = 0.0;
  for (int tap = 0; tap < 4; tap++) {
    ivec2 step = ivec2(tap & 1, tap >> 1);
    ivec2 p = clamp(low + step, ivec2(0), last);
    float weight = (step.x == 1 ? f.x : 1.0 - f.x) * (step.y == 1 ? f.y : 1.0 - f.y);
    if (covers(p)) continue;
    sum += weight * texelFetch(stored, p, 0).rgb;
    weights += weight;
  }
  return weights > 0.0 ? sum / weights : texelFetch(stored, texelOf(t), 0).rgb;
}`;
