import type { Affine } from '@shared/geometry';
import { AVERAGED, averagedOver, averages, besideLeftOut, FOLDED_BETWEEN, mixedBetween, PADDED, TAPS } from './between-shader';
import { COLOUR_BESIDE_COVER, MASK, type MaskNeeds, uncoveredGrey, UNCOVERED_COLOUR, underMask } from './mask-shader';
import { type ImageTextureFormat, LEVELS_UNIT, MASK_UNIT, STORED_UNIT, type StoredTextureFormat } from './stored-texture';

/** The token is vtk.js's: its shader cache puts version and precision there. */
export const SHADER_HEAD = '//VTK::System::Dec';

/** A quad over the image; places come from one affine, the same that the overlay uses. */
export const GREY_VERTEX_SHADER = `${SHADER_HEAD}
uniform vec2 imageSize;
uniform vec4 axes;
uniform vec2 origin;
uniform vec2 viewportSize;
void main() {
  vec2 point = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1)) * imageSize;
  vec2 place = axes.xy * point.x + axes.zw * point.y + origin;
  gl_Position = vec4(place.x / viewportSize.x * 2.0 - 1.0, 1.0 - place.y / viewportSize.y * 2.0, 0.0, 1.0);
}
`;

export const FETCH: Readonly<Record<StoredTextureFormat, string>> = {
  R16: `uniform highp sampler2D stored;
float indexAt(ivec2 p) { return floor(texelFetch(stored, p, 0).r * 65535.0 + 0.5); }
float between(vec2 t) { return texture(stored, t / imageSize).r * 65535.0; }`,
  R32F: `uniform highp sampler2D stored;
float indexAt(ivec2 p) { return texelFetch(stored, p, 0).r; }
float between(vec2 t) { return texture(stored, t / imageSize).r; }`,
  R16UI: `uniform highp usampler2D stored;
float indexAt(ivec2 p) { return float(texelFetch(stored, p, 0).r); }
${mixedBetween('between', (place) => `indexAt(${place})`)}`,
};

/** What a picture needs of the shader now: each is a program of its own, so that a pixel pays for nothing that is not there. */
export interface ShaderNeeds extends MaskNeeds {
  readonly linear: boolean;
  /** A pixel of the glass covers more of the image than one tap between pixels reaches. */
  readonly reduced: boolean;
  /** The means are there already, one for each pixel of the glass (`ReducedPicture`). */
  readonly means?: boolean;
  readonly padded: boolean;
  readonly dither: boolean;
  /** The table goes up and down: levels are interpolated, not values. */
  readonly folded?: boolean;
}

/**
 * Where each pixel is one stored value and nothing is dithered, the table holds the rounded levels as bytes: a fourth of the memory, and neither a rounding nor a
 * division is left to the pixel. Software GL draws a sixth faster by it.
 */
export function takesRounded({ linear, dither }: Pick<ShaderNeeds, 'linear' | 'dither'>): boolean {
  return !linear && !dither;
}

/** The level of the glass: nearest, halves up. */
export const NEAREST_LEVEL = 'float onGlass(float level) { return clamp(floor(level + 0.5), 0.0, 255.0); }';

/**
 * By ordered dithering (8 x 8, Bayer 1973): the share of the pixels that take the upper level is the fraction of the level, 64 steps between two levels. A
 * whole level stays what it is.
 */
export const DITHERED_LEVEL = `float onGlass(float level) {
  ivec2 p = ivec2(gl_FragCoord.xy);
  int rank = 0;
  for (int bit = 0; bit < 3; bit++) {
    int x = (p.x >> bit) & 1;
    int y = (p.y >> bit) & 1;
    rank = rank * 4 + (((x ^ y) << 1) | y);
  }
  return clamp(floor(level + (float(rank) + 0.5) / 64.0), 0.0, 255.0);
}`;

/** Level of a table index, and of what lies between two: `levels` is the one table of the grey chain. */
export const LEVELS = `uniform highp sampler2D levels;
float levelAt(int index) { return texelFetch(levels, ivec2(index & 255, index >> 8), 0).r; }
float levelBetween(float value) {
  float low = clamp(floor(value), 0.0, 65535.0);
  int index = int(low);
  float level = levelAt(index);
  float part = value - low;
  return part > 0.0 ? mix(level, levelAt(min(index + 1, 65535)), part) : level;
}`;

export const PLACE = `uniform vec2 imageSize;
uniform vec4 backAxes;
uniform vec2 backOrigin;
uniform vec2 viewportTopLeft;
vec2 imagePoint() {
  vec2 place = vec2(gl_FragCoord.x - viewportTopLeft.x, viewportTopLeft.y - gl_FragCoord.y);
  return backAxes.xy * place.x + backAxes.zw * place.y + backOrigin;
}
ivec2 texelOf(vec2 point) { return clamp(ivec2(floor(point)), ivec2(0), ivec2(imageSize) - 1); }
bool isAtCentre(vec2 point) { return all(lessThan(abs(point - floor(point) - 0.5), vec2(0.002))); }`;

/**
 * Stored value -> output level by the table. Image points come from gl_FragCoord, not from an interpolated varying: at 1:1
 * they are exact. Interpolation happens on stored values (on levels where the table is folded); near a texel centre (0.002) the texel itself is taken.
 */
export function greyFragmentShader(format: StoredTextureFormat, needs: ShaderNeeds): string {
  const { linear, reduced, padded, covered, dither, folded = false } = needs;
  if (takesRounded(needs)) return roundedFragmentShader(format, needs);
  if (needs.means === true) return ofMeansFragmentShader(needs);
  const leavesOut = linear && (padded || covered);
  return `${SHADER_HEAD}
${PLACE}
${LEVELS}
${FETCH[format]}
${needs.masked ? MASK : ''}
${padded ? PADDED : ''}
${leavesOut ? besideLeftOut(padded, covered, folded) : ''}
${linear && folded ? FOLDED_BETWEEN : ''}
${dither ? DITHERED_LEVEL : NEAREST_LEVEL}
out vec4 grey;
${(linear && reduced) || needs.spread ? TAPS : ''}
${linear && reduced ? averagedLevels(leavesOut, folded) : ''}
${linear && !reduced ? betweenLevels(leavesOut, folded) : ''}
${linear ? '' : 'float levelOf(vec2 point) { return levelAt(int(indexAt(texelOf(point)))); }'}
vec3 pictureAt(vec2 point) { return vec3(onGlass(levelOf(point)) / 255.0); }
${needs.spread ? uncoveredGrey(padded, folded) : ''}
${underMask(needs)}
void main() { grey = vec4(seenAt(imagePoint()), 1.0); }
`;
}

/** The same where the table is of rounded levels (`takesRounded`). */
function roundedFragmentShader(format: StoredTextureFormat, needs: MaskNeeds): string {
  return `${SHADER_HEAD}
${PLACE}
uniform highp sampler2D levels;
${FETCH[format]}
${needs.masked ? MASK : ''}
out vec4 grey;
vec3 pictureAt(vec2 point) {
  int index = int(indexAt(texelOf(point)));
  return texelFetch(levels, ivec2(index & 255, index >> 8), 0).rrr;
}
${underMask({ ...needs, spread: false })}
void main() { grey = vec4(seenAt(imagePoint()), 1.0); }
`;
}

/** The levels of means that are there already; of a picture that nothing covers. */
function ofMeansFragmentShader({ masked, spread, dither }: ShaderNeeds): string {
  return `${SHADER_HEAD}
${PLACE}
${LEVELS}
uniform highp sampler2D stored;
uniform vec2 meansOrigin;
${masked ? MASK : ''}
${dither ? DITHERED_LEVEL : NEAREST_LEVEL}
out vec4 grey;
vec3 pictureAt(vec2 point) {
  float level = levelBetween(texelFetch(stored, ivec2(gl_FragCoord.xy - meansOrigin), 0).r);
  return vec3(onGlass(level) / 255.0);
}
${spread ? `${TAPS}\nvec3 uncoveredAt(vec2 point, ivec2 taps) { return pictureAt(point); }` : ''}
${underMask({ masked, covered: false, spread })}
void main() { grey = vec4(seenAt(imagePoint()), 1.0); }
`;
}

function betweenLevels(leavesOut: boolean, folded: boolean): string {
  if (folded)
    return `float levelOf(vec2 point) {
  return isAtCentre(point) ? levelAt(int(indexAt(texelOf(point)))) : ${leavesOut ? 'beside' : 'foldedBetween'}(point);
}`;
  return `float levelOf(vec2 point) {
  return levelBetween(isAtCentre(point) ? indexAt(texelOf(point)) : ${leavesOut ? 'beside' : 'between'}(point));
}`;
}

function averagedLevels(leavesOut: boolean, folded: boolean): string {
  return `${averages(leavesOut, folded)}
float levelOf(vec2 point) { return ${folded ? 'averaged(point)' : 'levelBetween(averaged(point))'}; }`;
}

/** RGB as it was decoded, interpolated between pixels as grey is. */
function colourFragmentShader(needs: ShaderNeeds): string {
  const { linear, reduced, covered, spread, masked } = needs;
  const nearest = 'texelFetch(stored, texelOf(point), 0).rgb';
  const isAveraged = linear && reduced;
  const tapped = (place: string): string => (covered ? `besideCover(${place})` : `texture(stored, ${place} / imageSize).rgb`);
  const between = isAveraged ? 'averaged(point)' : `isAtCentre(point) ? ${nearest} : ${tapped('point')}`;
  return `${SHADER_HEAD}
${PLACE}
uniform highp sampler2D stored;
${masked ? MASK : ''}
${linear && covered ? COLOUR_BESIDE_COVER : ''}
${isAveraged || spread ? TAPS : ''}
${isAveraged ? `${AVERAGED}${averagedOver('vec3', tapped('tapAt(point, taps, x, y)'))}` : ''}
out vec4 colour;
vec3 pictureAt(vec2 point) {
  vec3 rgb = ${linear ? between : nearest};
  return floor(rgb * 255.0 + 0.5) / 255.0;
}
${spread ? UNCOVERED_COLOUR : ''}
${underMask(needs)}
void main() { colour = vec4(seenAt(imagePoint()), 1.0); }
`;
}

/** The program for a picture in this format that lies so. */
export function imageFragmentShader(format: ImageTextureFormat, place: GreyPlacement): string {
  const { linear, means, masked = false, dither = false } = place;
  const spread = linear && masked && coversMore(place, 1.001);
  const covered = masked && place.covered === true;
  const needs = {
    linear,
    reduced: isReduced(place),
    means: means === true,
    padded: isPaddedPlace(place),
    masked,
    covered,
    spread,
    dither,
    folded: place.folded === true,
  };
  return format === 'RGB8' ? colourFragmentShader(needs) : greyFragmentShader(format, needs);
}

export function isPaddedPlace({ padding }: GreyPlacement): boolean {
  return padding !== undefined && padding.low <= padding.high;
}

/** Whether a pixel of the glass covers so much of the image that it is the mean of it. */
export function isReduced(place: GreyPlacement): boolean {
  return coversMore(place, 1.5);
}

function coversMore({ footprint }: GreyPlacement, than: number): boolean {
  return footprint !== undefined && Math.max(...footprint) > than;
}

/** Setters of a bound program: vtk.js's ShaderProgram, or the self-test's own. */
export interface UniformSetter {
  set1i(name: string, value: number): void;
  set2f(name: string, x: number, y: number): void;
  set3f(name: string, x: number, y: number, z: number): void;
  set4f(name: string, x: number, y: number, z: number, w: number): void;
}

export interface GreyPlacement {
  readonly columns: number;
  readonly rows: number;
  readonly imageToViewport: Affine;
  readonly viewportToImage: Affine;
  /** Device pixels of the canvas, GL's origin bottom left: left edge, upper edge, size. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly linear: boolean;
  /** Columns and rows of the image that a pixel of the glass covers; absent = one. */
  readonly footprint?: readonly [columns: number, rows: number] | undefined;
  /** What is drawn from are the means of the picture as it lies, not its stored values. */
  readonly means?: boolean;
  /** First and last table index that is padding, for interpolation; absent = none. */
  readonly padding?: { readonly low: number; readonly high: number } | undefined;
  /** Whether the mask texture is drawn over the picture. */
  readonly masked?: boolean;
  /** Some of it covers the picture (shutters, colours of a supplemental palette), and not only overlays. */
  readonly covered?: boolean;
  readonly dither?: boolean;
  /** The table goes up and down (`isFolded`). */
  readonly folded?: boolean;
}

const TAP_STEP = 1.5;
/** A picture that is 96 times smaller is a stamp; without an end one pixel of it would keep the GPU for seconds, and the driver would take the view away. */
const MOST_TAPS = 64;

/** Of a mask each pixel is looked at: a line of one pixel must not break. */
const MASK_STEP = 1;

/** Taps along an axis of the image for a pixel of the glass that covers so much of it. */
function tapsFor(covered: number, step = TAP_STEP): number {
  return Math.min(MOST_TAPS, Math.max(1, Math.ceil(covered / step - 0.001)));
}

export function setGreyUniforms(set: UniformSetter, place: GreyPlacement): void {
  const { imageToViewport: forth, viewportToImage: back } = place;
  set.set1i('stored', STORED_UNIT);
  set.set1i('levels', LEVELS_UNIT);
  set.set1i('mask', MASK_UNIT);
  set.set2f('padding', place.padding?.low ?? 1, place.padding?.high ?? 0);
  const [across, down] = place.footprint ?? [1, 1];
  set.set2f('footprint', Math.max(1, across), Math.max(1, down));
  set.set2f('tapCount', tapsFor(across), tapsFor(down));
  set.set2f('maskTaps', tapsFor(across, MASK_STEP), tapsFor(down, MASK_STEP));
  set.set2f('imageSize', place.columns, place.rows);
  set.set4f('axes', forth.a, forth.b, forth.c, forth.d);
  set.set2f('origin', forth.e, forth.f);
  set.set2f('viewportSize', place.width, place.height);
  set.set4f('backAxes', back.a, back.b, back.c, back.d);
  set.set2f('backOrigin', back.e, back.f);
  set.set2f('viewportTopLeft', place.left, place.top);
  set.set2f('meansOrigin', place.left, place.top - place.height);
}
