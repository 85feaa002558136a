import type { ImageFrame, ImageLuts, PresentationState, VoiWindow } from '@shared/domain';
import { fullRangeWindow, type GreyChain, type LutTable, storedRange, type Voi, type VoiLinear, voiOf } from '@shared/grayscale';
import type { TableState } from '../image-tables';
import type { LoadedFrame } from '../loader-types';
import { isMeant } from './state-scope';

/** What the user chose instead of the file's first: a window of his own, or another table of the file (0-based). */
export type WindowChoice =
  | { readonly center: number; readonly width: number; readonly function?: VoiWindow['function'] | undefined; readonly voiLut?: undefined }
  | { readonly voiLut: number };

/** Grey without the sign, which the values say, and the display, which the stage has. */
export type GreyParts = Omit<GreyChain, 'signed' | 'display'>;

/** The file's own VOI LUTs, as far as they are here. */
function voiLutsOf(tables: TableState): readonly LutTable[] {
  return tables.kind === 'ready' ? tables.luts.voiLuts : [];
}

/** The VOI LUTs that the frame may be shown under: those of the presentation state that is applied, else the file's own. */
export function offeredLuts(frame: ImageFrame, tables: TableState, state?: PresentationState): readonly LutTable[] {
  if (state !== undefined) return state.voi.find(({ images }) => isMeant(images, frame))?.luts ?? [];
  return frame.luts?.voi === true ? voiLutsOf(tables) : [];
}

/** The windows that the frame may be shown under: the state's where one is applied, else its own. */
export function windowsOf(frame: ImageFrame, state?: PresentationState): readonly VoiWindow[] {
  return state === undefined ? frame.windows : (state.voi.find(({ images }) => isMeant(images, frame))?.windows ?? []);
}

/**
 * The VOI that is drawn: the user's choice, else the first VOI LUT, else the first window, of the presentation state that is applied or of the file. A table
 * stands before a window: it is the whole curve that the maker meant, of which a window beside it is the straight approximation (PS3.3 C.11.2 leaves the
 * choice to the user). A state without any shows all values that the image can have (PS3.4 N.2.1.2). Undefined: the file has none.
 */
export function chosenVoi(frame: ImageFrame, tables: TableState, choice: WindowChoice | undefined, state?: PresentationState): Voi | undefined {
  const luts = offeredLuts(frame, tables, state);
  const chosen = choice?.voiLut === undefined ? undefined : luts[choice.voiLut];
  if (chosen !== undefined) return { kind: 'LUT', lut: chosen };
  if (choice !== undefined && choice.voiLut === undefined) return voiOf({ center: choice.center, width: choice.width, function: choice.function ?? 'LINEAR' });
  const [lut] = luts;
  if (lut !== undefined) return { kind: 'LUT', lut };
  const [own] = windowsOf(frame, state);
  if (own !== undefined) return voiOf(own);
  return state === undefined ? undefined : possibleRange(frame, tables, state);
}

/** From the lowest to the highest value that the bits of the image can hold. */
function possibleRange(frame: ImageFrame, tables: TableState, state: PresentationState): VoiLinear | undefined {
  const { BitsStored, PixelRepresentation, floatElement } = frame.format;
  if (floatElement !== undefined) return undefined;
  const low = PixelRepresentation === 1 ? -(2 ** (BitsStored - 1)) : 0;
  const { rescale, modalityLut } = modalityOf(frame, tables, state);
  return fullRangeWindow(low, low + 2 ** BitsStored - 1, rescale, modalityLut);
}

/** From the lowest to the highest value of the frame that is no padding: for a file that says nothing. */
export function wholeRange(frame: ImageFrame, tables: TableState, { values, min, max }: LoadedFrame, state?: PresentationState): VoiLinear {
  const found = frame.padding === undefined ? undefined : storedRange(values, frame.padding);
  // One value beside padding would be as black as the padding is.
  const range = found === undefined || found.min === found.max ? { min, max } : found;
  const { rescale, modalityLut } = modalityOf(frame, tables, state);
  const whole = fullRangeWindow(range.min, range.max, rescale, modalityLut);
  // Floating point has no whole steps: one more of them would darken what is all below 1.
  const width = whole.width - 1;
  return frame.format.floatElement === undefined || width <= 0 ? whole : { kind: 'LINEAR_EXACT', center: whole.center - 0.5, width };
}

/** What modality values are shown: a state says all of it; where it has neither, values are taken as they are stored (PS3.4 N.2.1.1). */
export function modalityOf(frame: ImageFrame, tables: TableState, state: PresentationState | undefined): Pick<GreyParts, 'rescale' | 'modalityLut'> {
  if (state !== undefined) return { rescale: state.rescale, modalityLut: signedFirst(state.modalityLut, frame) };
  return { rescale: frame.rescale, modalityLut: lutsOf(tables)?.modalityLut };
}

/** The first value of a Modality LUT is signed where the pixels are (PS3.3 C.11.1.1): the state alone does not know. */
function signedFirst(lut: LutTable | undefined, { format }: ImageFrame): LutTable | undefined {
  if (lut === undefined || format.PixelRepresentation === 0 || lut.first < 32_768) return lut;
  return { ...lut, first: lut.first - 65_536 };
}

export function greySettings(frame: ImageFrame, tables: TableState, voi: Voi, inverted: boolean, state?: PresentationState): GreyParts {
  return {
    ...modalityOf(frame, tables, state),
    padding: frame.padding,
    voi,
    presentationLut: state === undefined ? lutsOf(tables)?.presentationLut : state.presentationLut,
    inverse: isInverse(frame, tables, state),
    inverted,
  };
}

/**
 * The lowest value is white. A Presentation LUT Shape says it, of the state or of the image (PS3.3 C.11.6); a Presentation LUT itself leads to P-values; without
 * any MONOCHROME1 does.
 */
function isInverse({ format, extras }: ImageFrame, tables: TableState, state: PresentationState | undefined): boolean {
  if (state !== undefined) return state.presentationLut === undefined && state.presentationLutShape === 'INVERSE';
  if (lutsOf(tables)?.presentationLut !== undefined) return false;
  return extras?.presentationLutShape === undefined ? format.PhotometricInterpretation === 'MONOCHROME1' : extras.presentationLutShape === 'INVERSE';
}

function lutsOf(tables: TableState): ImageLuts | undefined {
  return tables.kind === 'ready' ? tables.luts : undefined;
}

/** Why the image cannot be shown though its pixels are here: without its Modality LUT or its palette its values mean nothing. */
export function tablesFailure(frame: ImageFrame | undefined, tables: TableState): string {
  if (frame === undefined) return '';
  const isPalette = frame.format.PhotometricInterpretation === 'PALETTE COLOR';
  if (tables.kind === 'failed') {
    if (frame.luts?.modality === true) return `its Modality LUT could not be read: ${tables.reason}`;
    return isPalette ? `its palette could not be read: ${tables.reason}` : '';
  }
  if (!isPalette || tables.kind === 'waiting') return '';
  if (tables.kind === 'none') return 'its palette could not be read';
  const { palette, problems } = tables.luts;
  return palette === undefined ? (problems.find((problem) => problem.includes('palette')) ?? 'its palette could not be read') : '';
}

/** What of the tables the reader must know though the image is shown. */
export function tableNotes(frame: ImageFrame | undefined, tables: TableState, state?: PresentationState): readonly string[] {
  if (frame === undefined) return [];
  const notes = [...fileNotes(frame)];
  if (tables.kind === 'ready') {
    notes.push(...tables.luts.problems);
    notes.push(...profileNotes(frame, tables.luts, state));
  }
  if (tables.kind === 'failed' && tablesFailure(frame, tables) === '')
    notes.push(`${frame.luts?.voi === true ? 'the VOI LUTs' : 'overlays and tables'} of the file could not be read: ${tables.reason}`);
  return notes;
}

/** Why colours are not those of their profile. Grey has none: it goes by P-values (PS3.4 N.2.1). */
function profileNotes({ format, extras }: ImageFrame, { icc: own }: ImageLuts, state: PresentationState | undefined): readonly string[] {
  if (format.SamplesPerPixel === 1 && format.PhotometricInterpretation !== 'PALETTE COLOR')
    return own === undefined || extras?.colourPixels === true ? [] : ['ICC profile not applied: grey follows the grey pipeline'];
  const icc = state?.kind === 'colour' ? (state.icc ?? own) : own;
  return icc?.kind === 'notApplied' ? [`ICC profile not applied: ${icc.reason}`] : [];
}

function fileNotes({ format, extras }: ImageFrame): readonly string[] {
  const shape = extras?.presentationLutShape;
  const isOne = format.PhotometricInterpretation === 'MONOCHROME1';
  if (shape === undefined || format.SamplesPerPixel > 1 || isOne === (shape === 'INVERSE')) return [];
  return [`${format.PhotometricInterpretation} with Presentation LUT Shape ${shape}: the shape is followed`];
}

/** True when all that the grey levels or colours of the image depend on is here. */
export function tablesSettled(frame: ImageFrame, tables: TableState): boolean {
  return tables.kind !== 'waiting' && tablesFailure(frame, tables) === '';
}
