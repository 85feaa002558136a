import type { VoiWindow } from '@shared/domain';
import { panned, zoomedAt } from '@shared/geometry';
import { windowOf } from '@shared/grayscale';
import { type Cell, frameOf, planeOf, voiOfCell } from './cell';
import type { Tool } from './model-types';
import type { ViewerModel } from './viewer-model';

/** Vertical travel that doubles the zoom, CSS pixels. */
const ZOOM_TRAVEL = 150;
/** Travel that scrolls one image with the scroll tool. */
const SCROLL_TRAVEL = 6;

interface Drag {
  readonly tool: Tool;
  readonly startX: number;
  readonly startY: number;
  lastX: number;
  lastY: number;
  moved: boolean;
  readonly startIndex: number;
  readonly window: { readonly center: number; readonly width: number; readonly function: VoiWindow['function'] } | undefined;
  readonly at: readonly [number, number];
}

/** Tool of a button: left the chosen one (Shift: always W/L), middle pan, right zoom. */
export function toolOfButton(button: number, shift: boolean, chosen: Tool): Tool | undefined {
  if (button === 0) return shift ? 'window' : chosen;
  if (button === 1) return 'pan';
  return button === 2 ? 'zoom' : undefined;
}

/** Follows a pointer on one viewport. Positions are CSS pixels of the viewport. */
export class PointerTools {
  private drag: Drag | undefined;

  constructor(
    private readonly model: ViewerModel,
    private readonly cell: Cell,
    private readonly pixelRatio: () => number,
  ) {}

  get active(): boolean {
    return this.drag !== undefined;
  }

  start(tool: Tool, x: number, y: number): void {
    const voi = voiOfCell(this.cell);
    const ratio = this.pixelRatio();
    // A window of the file keeps its function when it is moved; a table becomes a straight line over what it spans.
    const window = voi === undefined ? undefined : { ...windowOf(voi), function: voi.kind === 'LUT' ? ('LINEAR' as const) : voi.kind };
    this.model.touched();
    this.drag = { tool, startX: x, startY: y, lastX: x, lastY: y, moved: false, startIndex: this.cell.index, window, at: [x * ratio, y * ratio] };
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
    const moved = this.drag?.moved === true;
    this.drag = undefined;
    return moved;
  }

  private apply(drag: Drag, cell: Cell, dx: number, dy: number): void {
    const frame = frameOf(cell);
    const size = cell.stage?.size;
    if (frame === undefined || size === undefined) return;
    const ratio = this.pixelRatio();
    switch (drag.tool) {
      case 'window': {
        if (drag.window === undefined) return;
        const step = Math.max(1, drag.window.width) / 300;
        const width = Math.max(1, drag.window.width + (drag.lastX - drag.startX) * step);
        const center = drag.window.center + (drag.lastY - drag.startY) * step;
        const moved = step >= 0.2 ? { center: Math.round(center), width: Math.round(width) } : { center, width };
        this.model.setWindow(cell, { ...moved, function: drag.window.function });
        return;
      }
      case 'pan':
        this.model.setView(cell, panned(cell.view, planeOf(frame), size, dx * ratio, dy * ratio));
        return;
      case 'zoom':
        this.model.setView(cell, zoomedAt(cell.view, planeOf(frame), size, drag.at, 2 ** (-dy / ZOOM_TRAVEL)));
        return;
      case 'scroll':
        this.model.scrollTo(cell, drag.startIndex + Math.round((drag.lastY - drag.startY) / SCROLL_TRAVEL));
        return;
    }
  }
}
