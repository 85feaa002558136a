import type { VoiWindow } from '@shared/domain';
import { fullRangeWindow } from '@shared/grayscale';
import { type WindowChoice, wholeRange } from '../../renderer/imaging';
import type { GreyFile } from './grey-of-file';

/** A picture that is asked of DCMTK, and the choice under which ours has to equal it. */
interface GreyComparison {
  readonly args: readonly string[];
  /** Undefined: as the file is opened. */
  readonly choice: WindowChoice | undefined;
}

type FileWindow = Pick<VoiWindow, 'center' | 'width' | 'function'>;

/**
 * Each table and window of the file; its first window by each function of DCMTK; all values where it has none. `briefly`: its first table or window alone,
 * for the slices of a long series.
 */
export function greyComparisons(file: GreyFile, briefly: boolean): GreyComparison[] {
  const luts = file.tables.kind === 'ready' ? file.tables.luts.voiLuts : [];
  const { windows } = file.frame;
  const [own] = windows;
  const all = [
    ...luts.map((_, at) => ({ args: ['+Wl', String(at + 1)], choice: { voiLut: at } })),
    ...windows.flatMap((window, at) => ofWindow(file, window, at)),
    ...(own === undefined ? [] : (['LINEAR', 'SIGMOID'] as const).flatMap((kind) => typed(file, { ...own, function: kind }))),
    ...(own === undefined && luts.length === 0 ? ofWholeRange(file) : []),
  ];
  return briefly ? all.slice(0, 1) : all;
}

/**
 * DCMTK 3.6.7 reads the rescale and the windows of the top level alone (functional groups say them by frame), and cuts modality values to whole numbers: there both
 * draw one window, ours in modality values, DCMTK the same in stored values, without any rescale of its own (`-M`).
 */
function isInStoredValues({ frame, image }: GreyFile): boolean {
  const { slope = 1, intercept = 0 } = frame.rescale ?? {};
  return image.frames !== undefined || !Number.isInteger(slope) || !Number.isInteger(intercept);
}

/** None for LINEAR_EXACT, which DCMTK does not have. */
function ofWindow(file: GreyFile, window: FileWindow, at: number): GreyComparison[] {
  const { function: kind, center, width } = window;
  if (kind === 'LINEAR_EXACT') return [];
  return isInStoredValues(file) ? typed(file, window) : [{ args: ['+Wi', String(at + 1)], choice: { center, width, function: kind } }];
}

function typed(file: GreyFile, { center, width, function: kind }: FileWindow): GreyComparison[] {
  const { slope, intercept } = file.frame.rescale ?? { slope: 1, intercept: 0 };
  const args = [kind === 'SIGMOID' ? '+Wfs' : '+Wfl', '+Ww'];
  const choice = { center, width, function: kind };
  if (!isInStoredValues(file)) return [{ args: [...args, String(center), String(width)], choice }];
  // LINEAR is black up to c - 0.5 - (w - 1) / 2 and white from c - 0.5 + (w - 1) / 2 (PS3.3 C.11.2.1.2.1); SIGMOID depends on (x - c) / w.
  const half = kind === 'LINEAR' ? 0.5 : 0;
  const stored = [(center - half - intercept) / slope + half, (width - 2 * half) / slope + 2 * half];
  return slope > 0 ? [{ args: ['-M', ...args, ...stored.map((value) => value.toFixed(9))], choice }] : [];
}

/**
 * A file that says nothing of a window. DCMTK takes padding into its range of values, which we do not (PS3.3 C.7.5.1.1.2): with the range of all values, padding
 * too, our picture is that of its `+Wm`; with our range typed, its picture is ours.
 */
function ofWholeRange(file: GreyFile): GreyComparison[] {
  const { frame, tables, values, min, max } = file;
  const { center, width } = wholeRange(frame, tables, { key: '', values, min, max });
  const opened = typed(file, { center, width, function: 'LINEAR' }).map(({ args }) => ({ args, choice: undefined }));
  if (isInStoredValues(file)) return opened;
  if (frame.padding === undefined) return [{ args: ['+Wm'], choice: undefined }, ...opened];
  const withPadding = fullRangeWindow(min, max, frame.rescale, tables.kind === 'ready' ? tables.luts.modalityLut : undefined);
  return [{ args: ['+Wm'], choice: { center: withPadding.center, width: withPadding.width, function: 'LINEAR' } }, ...opened];
}
