import type { PointerTool, VoiWindow } from '@shared/domain';
import { apply, panned, zoomedAt } from '@shared/geometry';
import { windowOf } from '@shared/grayscale';
import { type Cell, frameOf, planeOf, stateOf, tablesOf, voiOfCell } from './cell';
import { subtractionState } from './cell-subtraction';
import { modalityOf } from './grey';
import type { PinchStep } from './pinch';
import type { ViewerAids } from './viewer-aids';
import type { ViewerModel } from './viewer-model';
import { windowOfBox } from './window-box';

/** Vertical travel that doubles the zoom, CSS pixels. */
const ZOOM_TRAVEL = 150;
/** Travel that scrolls one image with the scroll tool, CSS pixels: less where it would not reach through a large stack. */
const SCROLL_TRAVEL = 6;
const LEAST_SCROLL_TRAVEL = 1;

interface Drag {
  readonly tool: PointerTool;
  readonly startX: number;
  readonly startY: number;
  lastX: number;
  lastY: number;
  moved: boolean;
  readonly startIndex: number;
  readonly window: { readonly center: number; readonly width: number; readonly function: VoiWindow['function'] } | undefined;
  readonly at: readonly [number, number];
}

/** Follows a pointer on one viewport. Positions are CSS pixels of the viewport. */
export class PointerTools {
  private drag: Drag | undefined;
  /** Travel of the wheel that has not moved the level yet, CSS pixels. */
  private turned = 0;

  constructor(
    private readonly model: ViewerModel,
    private readonly cell: Cell,
    private readonly aids: Pick<ViewerAids, 'box' | 'place3d' | 'say'>,
    private readonly pixelRatio: () => number,
  ) {}

  get active(): boolean {
    return this.drag !== undefined;
  }

  start(tool: PointerTool, x: number, y: number): void {
    const voi = voiOfCell(this.cell);
    const ratio = this.pixelRatio();
    // A window of the file keeps its function when it is moved; a table becomes a straight line over what it spans.
    const window = voi === undefined ? undefined : { ...windowOf(voi), function: voi.kind === 'LUT' ? ('LINEAR' as const) : voi.kind };
    this.model.touched();
    this.drag = { tool, startX: x, startY: y, lastX: x, lastY: y, moved: false, startIndex: this.cell.index, window, at: [x * ratio, y * ratio] };
    if (tool === 'cursor3d') this.cursorTo(x, y);
  }

  move(x: number, y: number): void {
    const { drag, cell } = this;
    if (drag === undefined) return;
    const dx = x - drag.lastX;
    const dy = y - drag.lastY;
    if (!drag.moved && Math.hypot(x - drag.startX, y - drag.startY) < 3) return;
    drag.moved = true;
    drag.lastX = x;
    drag.lastY = y;
    this.apply(drag, cell, dx, dy);
  }

  /** True when the pointer moved: the click is no click then. */
  end(): boolean {
    const { drag } = this;
    const moved = drag?.moved === true;
    this.drag = undefined;
    this.aids.box.value = undefined;
    if (moved && drag.tool === 'windowBox') this.windowFrom(drag);
    return moved;
  }

  /** The gesture is another one after all (a second finger came): nothing of it is done. */
  cancel(): void {
    this.drag = undefined;
    this.aids.box.value = undefined;
  }

  /** Two fingers: zoom between them and move with them. */
  pinch({ factor, at, dx, dy }: PinchStep): void {
    const frame = frameOf(this.cell);
    const size = this.cell.stage?.size;
    if (frame === undefined || size === undefined) return;
    this.model.touched();
    const ratio = this.pixelRatio();
    const moved = panned(this.cell.view, planeOf(frame, stateOf(this.cell)), size, dx * ratio, dy * ratio);
    this.model.setView(this.cell, zoomedAt(moved, planeOf(frame, stateOf(this.cell)), size, [at[0] * ratio, at[1] * ratio], factor));
  }

  /** Level by travel along the wheel, CSS pixels. There is no click that a small one could be: what moves nothing yet is kept for the next. */
  windowBy(dy: number): void {
    this.start('window', 0, 0);
    const { drag } = this;
    this.drag = undefined;
    if (drag?.window === undefined) return;
    this.turned += dy;
    drag.lastY = this.turned;
    const moved = windowOfDrag(drag, drag.window);
    if (moved.center === drag.window.center) return;
    this.turned -= (moved.center - drag.window.center) / perPixel(drag.window);
    this.apply(drag, this.cell, 0, dy);
  }

  /** CSS pixels. */
  panBy(dx: number, dy: number): void {
    this.pinch({ factor: 1, at: [0, 0], dx, dy });
  }

  private cursorTo(x: number, y: number): void {
    const back = this.cell.stage?.cssToImage();
    // A black viewport has no place to point at: its image may still be on its way.
    if (back === undefined) this.aids.say(this.cell, 'no 3D cursor: no image is shown here yet');
    else this.aids.place3d(this.cell, apply(back, [x, y]));
  }

  private windowFrom(drag: Drag): void {
    const { cell } = this;
    const frame = frameOf(cell);
    const loaded = cell.open?.frame(cell.index);
    const back = cell.stage?.cssToImage();
    if (frame === undefined || loaded === undefined || back === undefined) {
      this.aids.say(cell, 'no window from there: no image is shown here yet');
      return;
    }
    if (subtractionState(cell)?.kind === 'subtracted') {
      this.aids.say(cell, 'no window from there: the values are differences');
      return;
    }
    const box = { from: apply(back, [drag.startX, drag.startY]), to: apply(back, [drag.lastX, drag.lastY]) };
    const found = windowOfBox(frame, loaded, box, modalityOf(frame, tablesOf(cell), stateOf(cell)));
    if ('reason' in found) {
      this.aids.say(cell, `no window from there: ${found.reason}`);
      return;
    }
    this.model.setWindow(cell, { center: rounded(found.center, found.width), width: rounded(found.width, found.width), function: 'LINEAR' });
    this.aids.say(cell, `window of ${found.pixels} pixels, 1st to 99th percentile`);
  }

  private apply(drag: Drag, cell: Cell, dx: number, dy: number): void {
    const frame = frameOf(cell);
    const size = cell.stage?.size;
    if (frame === undefined || size === undefined) return;
    const ratio = this.pixelRatio();
    switch (drag.tool) {
      case 'window': {
        if (drag.window === undefined) return;
        this.model.setWindow(cell, { ...windowOfDrag(drag, drag.window), function: drag.window.function }, false, 'window');
        return;
      }
      case 'pan':
        this.model.setView(cell, panned(cell.view, planeOf(frame, stateOf(cell)), size, dx * ratio, dy * ratio));
        return;
      case 'zoom':
        this.model.setView(cell, zoomedAt(cell.view, planeOf(frame, stateOf(cell)), size, drag.at, 2 ** (-dy / ZOOM_TRAVEL)));
        return;
      case 'scroll':
        this.model.scrollTo(cell, drag.startIndex + Math.round((drag.lastY - drag.startY) / scrollTravel(cell, size.height / ratio)));
        return;
      case 'windowBox':
        this.aids.box.value = { cell: cell.number, from: [drag.startX, drag.startY], to: [drag.lastX, drag.lastY] };
        return;
      case 'cursor3d':
        this.cursorTo(drag.lastX, drag.lastY);
        return;
      case 'none':
        return;
    }
  }
}

/** What a CSS pixel of travel adds to the width or the level of a window. */
function perPixel({ width }: { readonly width: number }): number {
  return Math.max(1, width) / 300;
}

/** Width by travel across, level by travel down; whole numbers where a step is no less than about one of them. */
function windowOfDrag({ startX, startY, lastX, lastY }: Drag, from: { readonly center: number; readonly width: number }): { center: number; width: number } {
  const step = perPixel(from);
  const width = Math.max(1, from.width + (lastX - startX) * step);
  const center = from.center + (lastY - startY) * step;
  return step >= 0.2 ? { center: Math.round(center), width: Math.round(width) } : { center, width };
}

/** The height of the viewport goes through the whole stack. */
function scrollTravel(cell: Cell, height: number): number {
  const through = height / Math.max(1, (cell.set?.frames.length ?? 1) - 1);
  return Math.min(SCROLL_TRAVEL, Math.max(LEAST_SCROLL_TRAVEL, through));
}

/** To whole numbers where a step is no more than a grey level of the window. */
function rounded(value: number, width: number): number {
  return width >= 60 ? Math.round(value) : Number(value.toPrecision(4));
}
