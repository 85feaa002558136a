import type { Vector3 } from '@shared/domain';
import type { Affine, PlaneInVolume } from '@shared/geometry';
import type { ValueMap } from '@shared/grayscale';
import { PADDED_VALUE } from '../imaging';
import { DITHERED_LEVEL, type GreyPlacement, isPaddedPlace, LEVELS, NEAREST_LEVEL, setGreyUniforms, SHADER_HEAD, type UniformSetter } from './grey-shader';
import { PRESENT_UNIT, type StoredTextureFormat, VOLUME_UNIT } from './stored-texture';

/** What a slab shows of the values along it; padding and what lies outside of the volume take no part. */
export type SlabMode = 'MAX' | 'MIN' | 'mean';

/** How a plane is cut from a volume. */
export interface ReslicePlacement {
  readonly inVolume: PlaneInVolume;
  readonly size: Vector3;
  readonly slab: { readonly count: number; readonly step: Vector3; readonly mode: SlabMode };
  /** Not all slices are in the texture yet: the others are left out. */
  readonly partial: boolean;
  /** Of a volume of modality values: where the table of levels lies among them, whether some are padding, and the level of that. */
  readonly values?: ValueMap & { readonly padded: boolean; readonly background: number };
}

/** What the texels of a volume are: table indices of stored values, or modality values in 32 bits of floating point. */
export type VolumeFormat = StoredTextureFormat | 'MODALITY';

const TEXEL: Readonly<Record<VolumeFormat, string>> = {
  R16: `uniform highp sampler3D volume;
float texelAt(ivec3 p) { return floor(texelFetch(volume, p, 0).r * 65535.0 + 0.5); }`,
  R32F: `uniform highp sampler3D volume;
float texelAt(ivec3 p) { return texelFetch(volume, p, 0).r; }`,
  R16UI: `uniform highp usampler3D volume;
float texelAt(ivec3 p) { return float(texelFetch(volume, p, 0).r); }`,
  MODALITY: `uniform highp sampler3D volume;
float texelAt(ivec3 p) { return texelFetch(volume, p, 0).r; }`,
};

/**
 * What is mixed between voxels: values; under a table that goes up and down (`GreyPlacement.folded`) their levels, beside the values, by which MAX and MIN choose.
 * Between two values lie others there, whose levels are neither voxel's. Where the table does not turn, the shader has no word of it.
 */
interface Mixed {
  readonly type: 'float' | 'vec2';
  /** What is mixed of a voxel, by its place. */
  at(place: string): string;
  /** The value of what was mixed, and its level. */
  value(mixed: string): string;
  level(mixed: string): string;
}

const VALUES: Mixed = { type: 'float', at: (place) => `texelAt(${place})`, value: (mixed) => mixed, level: (mixed) => `levelOf(${mixed})` };
const LEVELS_BESIDE: Mixed = { type: 'vec2', at: (place) => `seenAt(${place})`, value: (mixed) => `${mixed}.x`, level: (mixed) => `${mixed}.y` };
const SEEN = `vec2 seenAt(ivec3 p) {
  float value = texelAt(p);
  return vec2(value, levelOf(value));
}`;

/** What a value is: an index is never negative; among modality values padding and nothing at all lie below all that is measured. */
const INDICES = `const float NOTHING = -1.0;
bool isNothing(float index) { return index < 0.0; }
uniform vec2 padding;
bool isPadded(float index) { return index >= padding.x && index <= padding.y; }
float levelOf(float index) { return levelBetween(index); }`;
const MODALITY_VALUES = `const float NOTHING = -3.3e38;
bool isNothing(float value) { return value < -3.2e38; }
bool isPadded(float value) { return value < ${(PADDED_VALUE / 2).toExponential()}; }
uniform vec2 valueMap;
uniform vec2 background;
float levelOf(float value) { return isPadded(value) ? background.x : levelBetween(clamp((value - valueMap.x) * valueMap.y, 0.0, 65535.0)); }`;

/**
 * What lies at voxel coordinates t (edges at whole numbers), NOTHING where nothing was measured. Within 0.002 of a voxel's centre an axis is taken as on it: planes
 * along the images are the images. Weights are our own: a texture unit has 8 bits of them.
 */
const between = ({ type, at }: Mixed): string => `${type} onRow(ivec3 p, int x, float f) {
  ${type} value = ${at('p')};
  return f > 0.0 ? mix(value, ${at('ivec3(x, p.yz)')}, f) : value;
}
${type} onSlice(ivec3 a, ivec3 b, vec2 f) {
  ${type} value = onRow(a, b.x, f.x);
  return f.y > 0.0 ? mix(value, onRow(ivec3(a.x, b.y, a.z), b.x, f.x), f.y) : value;
}
${type} between(vec3 t, ivec3 a, ivec3 b, vec3 f) {
  ${type} value = onSlice(a, b, f.xy);
  return f.z > 0.0 ? mix(value, onSlice(ivec3(a.xy, b.z), ivec3(b.xy, b.z), f.xy), f.z) : value;
}`;

/** The same where voxels may be padding or not here yet: they take no part; what is nearest to padding is padding, to a missing slice missing. */
const beside = ({ type, at, value }: Mixed): string => `bool isHere(int slice) { return texelFetch(present, ivec2(slice, 0), 0).r > 0.5; }
${type} between(vec3 t, ivec3 a, ivec3 b, vec3 f) {
  ivec3 own = clamp(ivec3(floor(t)), ivec3(0), lastVoxel());
  if (!isHere(own.z)) return ${type}(NOTHING);
  ${type} nearest = ${at('own')};
  if (isPadded(${value('nearest')})) return nearest;
  ${type} sum = ${type}(0.0);
  float weights = 0.0;
  for (int tap = 0; tap < 8; tap++) {
    ivec3 far = ivec3(tap & 1, (tap >> 1) & 1, tap >> 2);
    vec3 parts = mix(1.0 - f, f, vec3(far));
    float weight = parts.x * parts.y * parts.z;
    ivec3 p = ivec3(far.x == 1 ? b.x : a.x, far.y == 1 ? b.y : a.y, far.z == 1 ? b.z : a.z);
    if (weight <= 0.0 || !isHere(p.z)) continue;
    ${type} voxel = ${at('p')};
    if (isPadded(${value('voxel')})) continue;
    sum += weight * (voxel - nearest);
    weights += weight;
  }
  return weights > 0.0 ? nearest + sum / weights : nearest;
}`;

const valueAt = ({ type }: Mixed): string => `${type} valueAt(vec3 t) {
  if (any(lessThan(t, vec3(-0.002))) || any(greaterThan(t, volumeSize + 0.002))) return ${type}(NOTHING);
  vec3 c = t - 0.5;
  vec3 low = floor(c);
  vec3 f = c - low;
  vec3 isUp = step(0.998, f);
  low += isUp;
  f *= (1.0 - isUp) * step(0.002, f);
  ivec3 a = clamp(ivec3(low), ivec3(0), lastVoxel());
  ivec3 b = clamp(ivec3(low) + 1, ivec3(0), lastVoxel());
  return between(t, a, b, f);
}`;

/** Taken from the first value on: sums of many large indices keep their digits. Beside levels, the point with the largest or smallest value is taken as it is, and a mean is one of levels. */
const take = (mode: SlabMode, { type }: Mixed): string => {
  if (mode === 'mean') return 'if (taken == 0) found = value; else sum += value - found;';
  if (type === 'vec2') return `if (taken == 0 || value.x ${mode === 'MAX' ? '>' : '<'} found.x) found = value;`;
  return `found = taken == 0 ? value : ${mode.toLowerCase()}(found, value);`;
};

function slabValue(mode: SlabMode | undefined, mixed: Mixed): string {
  const { type, value } = mixed;
  if (mode === undefined) return `${type} slabAt(vec3 t) { return valueAt(t); }`;
  return `${type} slabAt(vec3 t) {
  ${type} found = ${type}(NOTHING);
  ${type} padded = ${type}(NOTHING);
  ${type} sum = ${type}(0.0);
  int taken = 0;
  for (int at = 0; at < samples; at++) {
    ${type} value = valueAt(t + slabStep * (float(at) - 0.5 * float(samples - 1)));
    if (isNothing(${value('value')})) continue;
    if (isPadded(${value('value')})) { padded = value; continue; }
    ${take(mode, mixed)}
    taken++;
  }
  if (taken == 0) return padded;
  return found + sum / float(taken);
}`;
}

/** Values of a volume -> output levels of a plane, by the table and the last step that the images have. */
export function resliceFragmentShader(format: VolumeFormat, place: GreyPlacement, reslice: ReslicePlacement): string {
  const padded = reslice.values?.padded ?? isPaddedPlace(place);
  const mixed = place.folded === true ? LEVELS_BESIDE : VALUES;
  return `${SHADER_HEAD}
uniform vec2 viewportTopLeft;
uniform vec3 voxelOrigin;
uniform vec3 voxelPerX;
uniform vec3 voxelPerY;
uniform vec3 volumeSize;
uniform vec3 slabStep;
uniform int samples;
uniform highp sampler2D present;
${LEVELS}
${TEXEL[format]}
ivec3 lastVoxel() { return ivec3(volumeSize) - 1; }
${format === 'MODALITY' ? MODALITY_VALUES : INDICES}
${mixed.type === 'vec2' ? SEEN : ''}
${padded || reslice.partial ? beside(mixed) : between(mixed)}
${valueAt(mixed)}
${slabValue(reslice.slab.count > 1 ? reslice.slab.mode : undefined, mixed)}
${place.dither === true ? DITHERED_LEVEL : NEAREST_LEVEL}
out vec4 grey;
void main() {
  vec2 at = vec2(gl_FragCoord.x - viewportTopLeft.x, viewportTopLeft.y - gl_FragCoord.y);
  ${mixed.type} seen = slabAt(voxelOrigin + voxelPerX * at.x + voxelPerY * at.y);
  grey = vec4(vec3(isNothing(${mixed.value('seen')}) ? 0.0 : onGlass(${mixed.level('seen')}) / 255.0), 1.0);
}
`;
}

/** Device pixels straight to voxels: one step in float32, made of two in double precision. */
export function setResliceUniforms(set: UniformSetter, place: GreyPlacement, { inVolume, size, slab, values }: ReslicePlacement): void {
  setGreyUniforms(set, place);
  const { origin, perX, perY } = placeInVolume(place.viewportToImage, inVolume);
  set.set1i('volume', VOLUME_UNIT);
  set.set1i('present', PRESENT_UNIT);
  set.set3f('voxelOrigin', ...origin);
  set.set3f('voxelPerX', ...perX);
  set.set3f('voxelPerY', ...perY);
  set.set3f('volumeSize', ...size);
  set.set3f('slabStep', ...slab.step);
  set.set1i('samples', slab.count);
  if (values === undefined) return;
  set.set2f('valueMap', values.from, values.scale);
  set.set2f('background', values.background, 0);
}

function placeInVolume({ a, b, c, d, e, f }: Affine, { origin, perColumn, perRow }: PlaneInVolume): { origin: Vector3; perX: Vector3; perY: Vector3 } {
  const of = (column: number, row: number): Vector3 => [
    column * perColumn[0] + row * perRow[0],
    column * perColumn[1] + row * perRow[1],
    column * perColumn[2] + row * perRow[2],
  ];
  const start = of(e, f);
  return { origin: [origin[0] + start[0], origin[1] + start[1], origin[2] + start[2]], perX: of(a, b), perY: of(c, d) };
}
