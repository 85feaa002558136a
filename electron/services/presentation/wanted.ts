/** Limits of what is kept of one object's elements (bytes a value). */
const LARGE = 2 ** 26;
const TABLE = 2 * 65_536 + 2;
const SMALL = 65_536;

const TABLES: ReadonlySet<number> = new Set([0x00281201, 0x00281202, 0x00281203, 0x00281221, 0x00281222, 0x00281223, 0x00283006]);
const ICC_PROFILE = 0x00282000;
const MAX_PROFILE = 2 ** 24;

/** Sequences of images and presentation states that are looked into. */
export const SEQUENCES: ReadonlySet<number> = new Set([
  0x00081115, // Referenced Series Sequence
  0x00081140, // Referenced Image Sequence
  0x00283000, // Modality LUT Sequence
  0x00283010, // VOI LUT Sequence
  0x00283110, // Softcopy VOI LUT Sequence
  0x00089458, // Frame Display Sequence
  0x00189472, // Frame Display Shutter Sequence
  0x00286100, // Mask Subtraction Sequence
  0x00289501, // Pixel Shift Sequence
  0x00289502, // Region Pixel Shift Sequence
  0x00289505, // Multi-frame Presentation Sequence
  0x00480105, // Optical Path Sequence
  0x00700001, // Graphic Annotation Sequence
  0x00700008, // Text Object Sequence
  0x00700009, // Graphic Object Sequence
  0x00700060, // Graphic Layer Sequence
  0x0070005a, // Displayed Area Selection Sequence
  0x00700209, // Compound Graphic Sequence
  0x00700231, // Text Style Sequence
  0x00700232, // Line Style Sequence
  0x00700233, // Fill Style Sequence
  0x00700287, // Major Ticks Sequence
  0x20500010, // Presentation LUT Sequence
]);

/** How much of a value is kept: tables and bit planes whole, private blocks not at all. */
export function wantedBytes(tag: number): number {
  const group = Math.floor(tag / 0x10000);
  if (group >= 0x6000 && group <= 0x601e && (tag & 0xffff) === 0x3000) return LARGE;
  if (TABLES.has(tag)) return TABLE;
  if (tag === ICC_PROFILE) return MAX_PROFILE;
  return group % 2 === 1 ? 0 : SMALL;
}
