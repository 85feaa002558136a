import { type DisplayTable, readCalibration } from '@shared/grayscale';

/** The display's curve of a start and the words of the corner. */
export interface Glass {
  readonly table: DisplayTable | undefined;
  /** "display: ...", with what it rests on. */
  readonly words: string;
}

/** `calibration`: text of the file of `--calibration`. One that cannot be used calibrates nothing, and the corner says so. */
export function glassOf(calibration: string | undefined): Glass {
  if (calibration === undefined) return { table: undefined, words: 'display: not calibrated' };
  const read = readCalibration(calibration);
  if (!read.ok) return { table: undefined, words: `display: not calibrated (calibration file: ${read.reason})` };
  const { name, measuredOn } = read.calibration;
  const of = [name === '' ? 'a file' : name, measuredOn === undefined ? 'no date of measurement' : `measured ${measuredOn}`].join(', ');
  return { table: read.table, words: `display: GSDF by ${of}` };
}
