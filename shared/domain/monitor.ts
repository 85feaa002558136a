import { z } from 'zod';

const Chromaticity = z.tuple([z.number(), z.number()]);

/** What the Extended Display Identification Data of a monitor say (VESA E-EDID 1.4; HDR and deep colour by CTA-861). Its maker's words: nobody measured them. */
export const EdidIdentity = z.object({
  /** Three letters of the maker (PNP ID). */
  manufacturer: z.string(),
  productCode: z.int(),
  /** Serial number as text where the monitor has one, else the number; empty when it has neither. */
  serial: z.string(),
  name: z.string(),
  year: z.int().optional(),
  /** Millimetres of the picture; absent when the monitor does not say them. */
  sizeMm: z.tuple([z.number(), z.number()]).optional(),
  /** Pixels of the preferred mode. */
  preferred: z.object({ width: z.int(), height: z.int() }).optional(),
  /** Bits a colour of the input, when it says so. */
  bitsPerColour: z.int().optional(),
  /** Most bits a colour that it takes over HDMI, where more than 8. */
  deepColourBits: z.int().optional(),
  /** CIE 1931 x, y of white, and of the primaries where it has colours. */
  chromaticity: z.object({ white: Chromaticity, red: Chromaticity.optional(), green: Chromaticity.optional(), blue: Chromaticity.optional() }).optional(),
  /** HDR static metadata: transfer functions that it takes, and the luminances that content should have for it, cd/m². Absent: it says nothing of HDR, or its extension blocks are not known. */
  hdr: z
    .object({
      transfers: z.array(z.enum(['SDR', 'HDR gamma', 'PQ', 'HLG'])),
      mostNits: z.number().optional(),
      mostAverageNits: z.number().optional(),
      leastNits: z.number().optional(),
    })
    .optional(),
});
export type EdidIdentity = z.infer<typeof EdidIdentity>;

/** A connector of the computer with something on it. */
export const ConnectedMonitor = z.object({ connector: z.string().max(60), edid: EdidIdentity.optional(), problem: z.string().optional() });
export type ConnectedMonitor = z.infer<typeof ConnectedMonitor>;

/** A screen as the window system tells it (from main). */
export const ScreenInfo = z.object({
  id: z.string(),
  label: z.string(),
  /** Pixels of the device. */
  width: z.int(),
  height: z.int(),
  scaleFactor: z.number(),
  rotation: z.number(),
  colorDepth: z.number(),
  /** Colour space and transfer function in the words of the window system: a change of profile or HDR shows there. */
  colorSpace: z.string(),
  /** Whether depth and colour space were seen, are being looked at (until then they are those that this program sets), or could not be seen. Absent: seen. */
  colours: z.enum(['seen', 'looking', 'unknown']).optional(),
  frequency: z.number(),
  primary: z.boolean(),
  /** The asking window stands on it (for the most part). */
  here: z.boolean(),
});
export type ScreenInfo = z.infer<typeof ScreenInfo>;

/** One physical monitor: who it is and on what that rests. */
export const Monitor = z.object({
  /** Stable over restarts as far as `certain` says. */
  key: z.string().max(200),
  name: z.string().max(200),
  certain: z.boolean(),
  /** What the identity rests on, in words. */
  basis: z.string(),
  screen: ScreenInfo,
  edid: EdidIdentity.optional(),
});
export type Monitor = z.infer<typeof Monitor>;

/** Digital driving level (or P-value of 255) and luminance in cd/m² without ambient light. */
export const LuminancePoint = z.object({ ddl: z.number().min(0).max(255), luminance: z.number().min(0).max(20_000) });
export type LuminancePoint = z.infer<typeof LuminancePoint>;

export const MeasuredPoints = z.object({
  /** ISO time. */
  at: z.string().max(40),
  by: z.string().max(100),
  meter: z.string().max(120),
  ambient: z.number().min(0).max(1000),
  points: z.array(LuminancePoint).min(2).max(256),
});
export type MeasuredPoints = z.infer<typeof MeasuredPoints>;

/** The visual check of a day. */
export const VisualCheck = z.object({ at: z.string().max(40), by: z.string().max(100), passed: z.boolean(), note: z.string().max(500) });
export type VisualCheck = z.infer<typeof VisualCheck>;

/**
 * What is known of one monitor. `hardware`: it corrects itself, we send P-values as they are and only verify. `software`: our own table makes it follow the
 * Grayscale Standard Display Function. Settings document `displays`.
 */
export const MonitorProfile = z.object({
  key: z.string().max(200),
  name: z.string().max(200),
  way: z.enum(['hardware', 'software']),
  /** Who declared a monitor to correct itself. */
  declaredBy: z.string().max(100).optional(),
  /** The monitor alone: what the table is made from. */
  alone: MeasuredPoints.optional(),
  /** With what is used now (table, or the monitor's own correction): what conformance is judged by. */
  verified: MeasuredPoints.optional(),
  /** Mode in which it was measured. */
  mode: z.string().max(300),
  /** Millimetres of a device pixel: measured with a card, or by the monitor's own size. */
  pixelMm: z.object({ mm: z.number().positive().max(10), basis: z.string().max(100) }).optional(),
  /** Signed and in use. */
  signed: z.object({ at: z.string().max(40), by: z.string().max(100) }).optional(),
  /** ISO date of the next measurement. */
  dueOn: z.string().max(10).optional(),
  /** Largest contrast error of each earlier verification, oldest first, in percent. */
  history: z.array(z.object({ at: z.string().max(40), maxErrorPercent: z.number() })).max(200),
  checks: z.array(VisualCheck).max(400),
  dither: z.boolean().optional(),
});
export type MonitorProfile = z.infer<typeof MonitorProfile>;

export const GatePolicy = z.enum(['inform', 'warn', 'block']);
export type GatePolicy = z.infer<typeof GatePolicy>;

/** Settings document `displays`. */
export const DisplaySettings = z.object({
  profiles: z.array(MonitorProfile).max(64),
  /** What happens where a monitor is not fit for what is shown. */
  policy: GatePolicy.optional(),
});
export type DisplaySettings = z.infer<typeof DisplaySettings>;

/** How Chromium calls the primaries of a colour space, in words. */
const PRIMARIES: Readonly<Record<string, string>> = {
  BT709: 'sRGB',
  BT2020: 'BT.2020',
  P3: 'Display P3',
  SMPTEST432_1: 'Display P3',
  ADOBE_RGB: 'Adobe RGB',
  CUSTOM: 'its own',
};
const TRANSFERS: Readonly<Record<string, string>> = {
  PQ: 'HDR (PQ)',
  HLG: 'HDR (HLG)',
  SRGB_HDR: 'HDR',
  LINEAR_HDR: 'HDR, linear',
  SCRGB_LINEAR_80_NITS: 'HDR, linear',
  LINEAR: 'linear',
};

/** A mode (`modeOf`) for people: the colour space in words, what is usual left out. */
export function modeWords(mode: string): string {
  const [, before = mode, space = ''] = /^(.*?), (\{.*\}|srgb)$/.exec(mode) ?? [];
  const part = (name: string): string => new RegExp(`${name}:\\s*([A-Z0-9_]+)`).exec(space)?.[1] ?? '';
  const primaries = space === 'srgb' ? 'sRGB' : (PRIMARIES[part('primaries')] ?? 'other');
  const transfer = TRANSFERS[part('transfer')];
  const colours = space === '' ? '' : `, ${primaries} colours${transfer === undefined ? '' : `, ${transfer}`}`;
  return `${before.replace(', rotation 0,', ',')}${colours}`;
}

/** What must be as it was when a monitor was measured. */
export function modeOf(screen: ScreenInfo): string {
  return `${screen.width} x ${screen.height}, scale ${screen.scaleFactor}, rotation ${screen.rotation}, ${screen.colorDepth} bit, ${screen.frequency} Hz, ${screen.colorSpace}`;
}

/** A mode (`modeOf`) without depth and colour space. */
export function modeWithoutColours(mode: string): string {
  return mode.replace(/, [\d.]+ bit(, [\d.]+ Hz), .*$/, '$1');
}
