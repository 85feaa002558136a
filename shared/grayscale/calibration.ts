import { z } from 'zod';
import { type DisplayTable, gsdfDisplayTable } from './display';

/** Digital driving levels of an 8-bit output. */
const Level = z.number().min(0).max(255);

/** A measured display as a file holds it (docs/calibration.md). */
export const Calibration = z.object({
  format: z.literal('alternator-calibration'),
  version: z.literal(1),
  /** What was measured, for the user. */
  name: z.string().max(200).default(''),
  /** When, as YYYY-MM-DD. */
  measuredOn: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
  /** Luminance that the room adds on the switched-off glass, cd/m²: added to each point. 0: the points hold it already. */
  ambient: z.number().min(0).max(100).default(0),
  /** Digital driving level and luminance in cd/m², rising from 0 to 255. */
  points: z
    .array(z.object({ ddl: Level, luminance: z.number().min(0).max(20_000) }))
    .min(2)
    .max(256),
});
export type Calibration = z.infer<typeof Calibration>;

export type CalibrationReading =
  { readonly ok: true; readonly calibration: Calibration; readonly table: DisplayTable } | { readonly ok: false; readonly reason: string };

/** Reads a calibration file and makes its display table; what cannot be used says why. */
export function readCalibration(text: string): CalibrationReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'it is no JSON' };
  }
  const parsed = Calibration.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, reason: issue === undefined ? 'it is no calibration' : `${issue.path.join('.') || 'the file'}: ${issue.message}` };
  }
  try {
    return { ok: true, calibration: parsed.data, table: displayTable(parsed.data) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** P-value -> level of the measured display by the Grayscale Standard Display Function. Throws a RangeError in words where the points make no curve. */
export function displayTable({ points, ambient }: Pick<Calibration, 'points' | 'ambient'>): DisplayTable {
  return gsdfDisplayTable(
    points.map(({ luminance }) => luminance + ambient),
    points.map(({ ddl }) => ddl),
  );
}
