import type { ImageFrame, VoiWindow } from '@shared/domain';
import { fullRangeWindow, type LutTable, storedRange, type Voi, type VoiLinear, voiOf } from '@shared/grayscale';
import type { LoadedFrame, TableState } from '../../imaging';
import type { GreySettings } from '../../vtk';

/** What the user chose instead of the file's first: a window of his own, or another table of the file (0-based). */
export type WindowChoice =
  | { readonly center: number; readonly width: number; readonly function?: VoiWindow['function'] | undefined; readonly voiLut?: undefined }
  | { readonly voiLut: number };

/** The file's own VOI LUTs, as far as they are here. */
export function voiLutsOf(tables: TableState): readonly LutTable[] {
  return tables.kind === 'ready' ? tables.luts.voiLuts : [];
}

/**
 * The VOI that is drawn: the user's choice, else the file's first VOI LUT, else its first window. A table stands before a window: it is the whole curve that
 * the maker meant, of which a window beside it is the straight approximation (PS3.3 C.11.2 leaves the choice to the user). Undefined: the file has none.
 */
export function chosenVoi(frame: ImageFrame, tables: TableState, choice: WindowChoice | undefined): Voi | undefined {
  const luts = voiLutsOf(tables);
  const chosen = choice?.voiLut === undefined ? undefined : luts[choice.voiLut];
  if (chosen !== undefined) return { kind: 'LUT', lut: chosen };
  if (choice !== undefined && choice.voiLut === undefined) return voiOf({ center: choice.center, width: choice.width, function: choice.function ?? 'LINEAR' });
  const [lut] = luts;
  if (lut !== undefined) return { kind: 'LUT', lut };
  const [own] = frame.windows;
  return own === undefined ? undefined : voiOf(own);
}

/** From the lowest to the highest value of the frame that is no padding: for a file that says nothing. */
export function wholeRange(frame: ImageFrame, tables: TableState, { values, min, max }: LoadedFrame): VoiLinear {
  const found = frame.padding === undefined ? undefined : storedRange(values, frame.padding);
  // One value beside padding would be as black as the padding is.
  const range = found === undefined || found.min === found.max ? { min, max } : found;
  return fullRangeWindow(range.min, range.max, frame.rescale, modalityLutOf(tables));
}

export function greySettings(frame: ImageFrame, tables: TableState, voi: Voi, inverted: boolean): GreySettings {
  return {
    rescale: frame.rescale,
    modalityLut: modalityLutOf(tables),
    padding: frame.padding,
    voi,
    inverse: frame.format.PhotometricInterpretation === 'MONOCHROME1',
    inverted,
  };
}

function modalityLutOf(tables: TableState): LutTable | undefined {
  return tables.kind === 'ready' ? tables.luts.modalityLut : undefined;
}

/** Why the image cannot be shown though its pixels are here: without its Modality LUT its values are not known. */
export function tablesFailure(frame: ImageFrame | undefined, tables: TableState): string {
  return tables.kind === 'failed' && frame?.luts?.modality === true ? `its Modality LUT could not be read: ${tables.reason}` : '';
}

/** What of the tables the reader must know though the image is shown. */
export function tableNotes(frame: ImageFrame | undefined, tables: TableState): readonly string[] {
  if (tables.kind === 'ready') return tables.luts.problems;
  return tables.kind === 'failed' && frame?.luts?.modality !== true ? [`the VOI LUTs of the file could not be read: ${tables.reason}`] : [];
}

/** True when all that the grey levels of the image depend on is here. */
export function tablesSettled(frame: ImageFrame, tables: TableState): boolean {
  return tables.kind !== 'waiting' && tablesFailure(frame, tables) === '';
}
