import type { DisplaySet, ImageFrame, SpacingBasis, StudyRow } from '@shared/domain';
import { cross } from '@shared/geometry';
import { type Voi, windowOf } from '@shared/grayscale';
import type { LoadCounts } from '../../imaging';
import { ageText, betweenText, dateText, dateTimeText, nameLine } from '../../ui';

export type TextLevel = 'full' | 'reading' | 'minimal';

/** One line of a corner. `raw` is what stands in the object, for the hover. */
export interface CornerLine {
  readonly text: string;
  readonly strong?: boolean;
  readonly raw?: string;
}

const BASIS: Readonly<Record<SpacingBasis, string>> = {
  PixelSpacing: 'Pixel Spacing',
  PixelSpacingCalibrated: 'Pixel Spacing, calibrated',
  ImagerPixelSpacing: 'Imager Pixel Spacing (at the detector)',
  ImagerPixelSpacingMagnified: 'Imager Pixel Spacing, magnification corrected',
  NominalScannedPixelSpacing: 'Nominal Scanned Pixel Spacing',
  UltrasoundRegion: 'US region',
  none: 'not known',
};

const lines = (...parts: (CornerLine | undefined)[]): CornerLine[] => parts.filter((part): part is CornerLine => part !== undefined && part.text !== '');

/** Top left. Name and id stand there at every level. */
export function patientLines(study: StudyRow, locale: string, level: TextLevel): CornerLine[] {
  const born = study.PatientBirthDate === '' ? '' : dateText(study.PatientBirthDate, locale);
  const about = [born, ageText(study.PatientBirthDate, study.StudyDate), study.PatientSex].filter((part) => part !== '').join(', ');
  return lines(
    { text: nameLine(study.PatientName), strong: true, raw: study.PatientName },
    { text: study.PatientID === '' ? 'ID not given' : `ID ${study.PatientID}`, strong: true, raw: study.PatientID },
    level === 'minimal' ? undefined : { text: about },
  );
}

/** Top right. A prior says so at every level. */
export function studyLines(study: StudyRow, prior: StudyRow | undefined, locale: string, level: TextLevel): CornerLine[] {
  const between = prior === undefined ? '' : betweenText(study.StudyDate, prior.StudyDate);
  const mark = prior === undefined ? undefined : { text: between === '' ? 'OTHER STUDY' : `PRIOR, ${between}`, strong: true };
  if (level === 'minimal') return lines(mark, prior === undefined ? undefined : { text: dateText(study.StudyDate, locale) });
  return lines(
    mark,
    level === 'full' ? { text: study.InstitutionName } : undefined,
    { text: study.StudyDescription },
    { text: dateTimeText(study.StudyDate, study.StudyTime, locale), raw: `${study.StudyDate} ${study.StudyTime}` },
    level === 'full' ? { text: study.AccessionNumber } : undefined,
  );
}

/** Bottom left. */
export function seriesLines(set: DisplaySet, index: number, level: TextLevel): CornerLine[] {
  const frame = set.frames[index];
  const number = { text: set.frames.length === 0 ? '' : `Im ${index + 1}/${set.frames.length}` };
  if (level === 'minimal') return lines(number);
  const name = [set.SeriesNumber, set.SeriesDescription === '' ? set.Modality : set.SeriesDescription].filter((part) => part !== '').join(' ');
  return lines({ text: set.splitReason === '' ? name : `${name}, ${set.splitReason}` }, number, { text: frame === undefined ? '' : positionText(frame) });
}

/** The coordinate across the slice in LPS: z of an axial, y of a coronal, x of a sagittal one; oblique ones by their place in the stack. */
function placeText(frame: ImageFrame): string {
  const { rowDirectionLps: row, columnDirectionLps: column, positionLps, alongNormalMm } = frame;
  if (row === undefined || column === undefined || positionLps === undefined) return '';
  const normal = cross(row, column);
  const axis = normal.findIndex((part) => Math.abs(part) > 0.999);
  if (axis >= 0) return `${'xyz'.charAt(axis)} ${(positionLps[axis] ?? 0).toFixed(1)} mm`;
  return alongNormalMm === undefined ? '' : `along normal ${alongNormalMm.toFixed(1)} mm`;
}

function positionText(frame: ImageFrame): string {
  const thickness = frame.sliceThicknessMm === undefined ? '' : `${frame.sliceThicknessMm.toFixed(1)} mm`;
  const place = placeText(frame);
  return [place, thickness].filter((part) => part !== '').join(', ');
}

/** A table has no window: its name, and the values that it spans. A function other than LINEAR is named. */
export function windowText(voi: Voi): string {
  const { center, width } = windowOf(voi);
  const numbers = `W ${tidy(width)} L ${tidy(center)}`;
  switch (voi.kind) {
    case 'LUT':
      return `VOI LUT ${voi.lut.explanation === '' ? numbers : voi.lut.explanation}`;
    case 'LINEAR':
      return numbers;
    default:
      return `${numbers} ${voi.kind}`;
  }
}

function tidy(value: number): string {
  return Math.abs(value) >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toPrecision(3);
}

/** Bottom right. */
export function displayLines(
  frame: ImageFrame | undefined,
  voi: Voi | undefined,
  zoom: number | undefined,
  inverted: boolean,
  level: TextLevel,
  wholeRange = false,
): CornerLine[] {
  if (frame === undefined) return [];
  const window = {
    text: [voi === undefined ? '' : windowText(voi), voi !== undefined && wholeRange ? 'all values' : '', inverted ? 'inverted' : '']
      .filter((part) => part !== '')
      .join(', '),
  };
  const lossy = frame.lossy === undefined ? '' : frame.lossy.ratio === undefined ? 'lossy, ratio not stated' : `lossy ${tidy(frame.lossy.ratio)}:1`;
  if (level === 'minimal') return lines({ text: lossy });
  const spacing = frame.spacingMm === undefined ? '' : ` ${frame.spacingMm[0].toFixed(3)}`;
  return lines(
    window,
    { text: zoom === undefined ? '' : `zoom ${zoom.toFixed(2)}` },
    { text: lossy },
    level === 'full' ? { text: 'display: not calibrated' } : undefined,
    level === 'full' ? { text: `mm: ${BASIS[frame.spacingBasis]}${spacing}` } : undefined,
  );
}

export interface ViewportState {
  readonly level: 'calm' | 'attention' | 'danger';
  readonly text: string;
}

/** States at the bottom centre, the worst last. */
export function stateLines(
  set: DisplaySet,
  counts: LoadCounts | undefined,
  study: StudyRow | undefined,
  failure: string,
  tableNotes: readonly string[] = [],
): ViewportState[] {
  const out: ViewportState[] = [];
  if (study?.where.kind === 'arriving') {
    const { received, expected } = study.where;
    out.push({ level: 'calm', text: expected === undefined ? `arriving, ${received} here` : `arriving ${received} of ${expected}` });
  }
  if (counts !== undefined && counts.loaded + counts.failed < Math.min(counts.total, counts.room))
    out.push({ level: 'calm', text: `fetching ${counts.loaded} of ${counts.total}` });
  if (counts !== undefined && counts.room > 0 && counts.room < counts.total - counts.failed)
    out.push({ level: 'calm', text: `memory holds ${counts.room} of ${counts.total} images` });
  for (const note of set.notes) out.push({ level: 'attention', text: note.text });
  for (const text of tableNotes) out.push({ level: 'attention', text });
  if (study?.identityConflict === true) out.push({ level: 'attention', text: 'objects of this study name different patients' });
  const bad = set.frames.filter((frame) => frame.cannotDecode !== undefined).length;
  if (failure !== '') out.push({ level: 'danger', text: failure });
  else if (bad > 0) out.push({ level: 'attention', text: `${bad} of ${set.frames.length} images cannot be decoded yet` });
  return out;
}
