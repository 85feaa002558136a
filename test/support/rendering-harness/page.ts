import '../../../renderer/app/zod-without-eval';
import type { ViewTransform } from '../../../shared/geometry';
import type { PixelFormat } from '../../../shared/domain';
import { installTrustedTypes } from '../../../renderer/host/trusted-types';
import type { Interpolation, StoredTextureFormat, ViewportStage } from '../../../renderer/vtk';
import { keptMeans, type MeansFindings, reduced, type ReducedFindings } from './reduced-checks';
import { masks, type MaskFindings } from './mask-checks';
import { countWrong, countWrongOf, dithered, folded, type FoldedFindings, linearError, paddingBleeds, wideWrong, type WideType } from './grey-checks';
import { GREY_CASES } from './grey-cases';
import { colourWrong, countMisplaced, disturbance, loseAndRestore, maskWrong, onePixel, paletteWrong } from './picture-checks';
import { RESLICE, type ResliceHarness } from './reslice';
import { canvasOf, type Settings } from './stage-kit';
import { decodeInWorker, loadByWorkers } from './worker-checks';

/** What the spec calls inside the page. Everything that crosses is plain data. */
export interface RenderingHarness {
  readonly exactness: ViewportStage['exactness'];
  /** Stored values of 65,536 whose level on the canvas is not the double-precision one. */
  countWrong(signed: boolean, grey: Settings, interpolation: Interpolation, format: StoredTextureFormat): number;
  readonly greyCases: readonly string[];
  /** The same for a branch of the grey chain, turned over or not. */
  countWrongOf(greyCase: string, signed: boolean, inverted: boolean, interpolation: Interpolation, format: StoredTextureFormat): number;
  /** Pixels of an enlarged picture with padding that are neither background nor within the levels of what was measured. */
  paddingBleeds(format: StoredTextureFormat, inverted: boolean): { background: number; measured: number; between: number };
  /** Places of a turned and mirrored image that differ from the image itself. */
  countMisplaced(view: Omit<ViewTransform, 'zoom' | 'center'>): number;
  disturbance(): { drawnIds: readonly string[]; othersChanged: number; itselfChanged: boolean };
  loseAndRestore(): Promise<{ states: readonly string[]; sameAfter: boolean }>;
  loadByWorkers(): Promise<{ wrong: number; failed: readonly string[] }>;
  linearError(): { checked: number; wrongByMore: number };
  folded(format: StoredTextureFormat): FoldedFindings;
  reduced(format: StoredTextureFormat): ReducedFindings;
  keptMeans(format: StoredTextureFormat): MeansFindings;
  masks(format: StoredTextureFormat, side: number): MaskFindings;
  /** Pixels of a picture of 32-bit or floating point values that do not have their double-precision level. */
  wideWrong(type: WideType, format: StoredTextureFormat): Record<string, number>;
  /** Pixels of a picture with colours of a palette that are not those of its table. */
  paletteWrong(): number;
  /** Pixels that are neither the mask's nor the picture's, turned, over grey and colour. */
  maskWrong(): number;
  /** A picture of one pixel on a canvas of one pixel. */
  onePixel(): { canvas: readonly number[]; level: number; native: readonly number[] };
  /** Mean levels that 4,096 stored values reach in patches of 8 x 8, and patches that are off by more than 1/64 level. */
  dithered(dither: boolean): { distinct: number; wrong: number; wholeLevelsChanged: number };
  /** Pixels of a colour picture, plain and turned, that are not on the canvas as they are. */
  colourWrong(): number;
  /** One coded frame through a real worker: its values, or why not. */
  decodeInWorker(encoded: readonly number[], format: PixelFormat, TransferSyntaxUID: string): Promise<readonly number[] | string>;
  readonly reslice: ResliceHarness;
  readonly violations: readonly string[];
}

// The page policy lets only this make a worker, as renderer/host does it.
installTrustedTypes(globalThis);

const violations: string[] = [];
document.addEventListener('securitypolicyviolation', (event) => violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));

const first = canvasOf(16, 16);
const harness: RenderingHarness = {
  exactness: first.exactness,
  greyCases: Object.keys(GREY_CASES),
  countWrong,
  countWrongOf,
  paddingBleeds,
  countMisplaced,
  disturbance,
  loseAndRestore,
  loadByWorkers,
  linearError,
  folded,
  reduced,
  keptMeans,
  masks,
  wideWrong,
  paletteWrong,
  maskWrong,
  onePixel,
  dithered,
  colourWrong,
  decodeInWorker,
  reslice: RESLICE,
  violations,
};
first.delete();
(globalThis as { harness?: RenderingHarness }).harness = harness;
