import type { ImageFrame, PresentationState } from '@shared/domain';
import { modalityFunction } from '@shared/grayscale';
import type { TableState } from '../image-tables';

/** In which values a mask is taken off: X-Ray images are subtracted in the logarithm of intensity (PS3.4 N.2.1.2, PS3.3 C.7.6.10). */
export interface SubtractionSpace {
  /** Maps stored values into it; undefined: they are in it already, or nobody says. */
  readonly toLog?: (value: number) => number;
  /** Modality units a step of what is subtracted. */
  readonly slope: number;
  /** For the screen; empty: stored values, as the object says that they are meant. */
  readonly words: string;
}

/** Steps in which a logarithm is shown: thousandths, more than 12 bits can tell apart where it matters. */
const LOG_STEPS = 1000;

/** One logarithm for one relation, so that equal spaces are equal. */
const naturalLog = (value: number): number => LOG_STEPS * Math.log(Math.max(1, value));

/**
 * The space of a frame: by the Modality LUT or rescale of the presentation state, else by the image's own Modality LUT (it maps to the logarithm, PS3.3 C.8.7.1.1.2),
 * else by Pixel Intensity Relationship: LIN is mapped here, LOG and DISP are taken as they are.
 */
export function subtractionSpace(frame: ImageFrame, tables: TableState, state: PresentationState | undefined): SubtractionSpace {
  if (state !== undefined) {
    if (state.modalityLut !== undefined)
      return { toLog: modalityFunction({ modalityLut: state.modalityLut }), slope: 1, words: 'after the Modality LUT of the state' };
    return { slope: state.rescale?.slope ?? 1, words: '' };
  }
  const modalityLut = tables.kind === 'ready' ? tables.luts.modalityLut : undefined;
  if (modalityLut !== undefined) return { toLog: modalityFunction({ modalityLut }), slope: 1, words: 'after the Modality LUT' };
  const slope = frame.rescale?.slope ?? 1;
  switch (frame.acquisition?.['PixelIntensityRelationship']) {
    case 'LIN':
      return { toLog: naturalLog, slope: 1, words: 'after the logarithm' };
    case 'LOG':
      return { slope, words: '' };
    case 'DISP':
      return { slope, words: 'stored values are for display' };
    default:
      return { slope, words: 'relation to intensity not stated' };
  }
}
