import type { MousePreferences } from '@shared/domain';
import { zoomedAt } from '@shared/geometry';
import { onDeactivated, type Ref } from 'vue';
import { type Cell, frameOf, planeOf, stateOf } from './cell';
import { gestureOf, toolOfGesture, wheelActionOf } from './gestures';
import { Pinch } from './pinch';
import { PointerTools } from './pointer-tools';
import type { ViewerAids } from './viewer-aids';
import type { ViewerModel } from './viewer-model';
import { WheelStepper } from './wheel-stepper';

export interface CellPointerParts {
  readonly cell: Cell;
  readonly model: ViewerModel;
  readonly aids: ViewerAids;
  readonly element: Ref<HTMLElement | undefined>;
  readonly mouse: () => MousePreferences;
}

/** Mouse, pen, fingers and wheel over one viewport, as the user set them, and its scrollbar. */
export function useCellPointer({ cell, model, aids, element, mouse }: CellPointerParts) {
  const tools = new PointerTools(model, cell, aids, () => window.devicePixelRatio);
  let fingers = new Pinch();
  const wheel = new WheelStepper();
  let dragged = false;
  /** Where a menu was asked for by the press of a button: Linux and macOS ask then, Windows when it is let go. */
  let asked: MouseEventInit | undefined;

  // The screen goes while a button is down or a finger lies on it: nobody tells when that ends.
  onDeactivated(() => {
    tools.cancel();
    fingers = new Pinch();
  });

  function place(event: MouseEvent): [number, number] {
    const box = element.value?.getBoundingClientRect();
    return [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)];
  }

  function onDown(event: PointerEvent): void {
    model.activate(cell.number);
    // A button over the picture keeps its press.
    if (event.target instanceof Element && event.target.closest('button, a, input') !== null) return;
    element.value?.focus({ preventScroll: true });
    if (event.pointerType === 'touch') {
      const [x, y] = place(event);
      fingers.down(event.pointerId, x, y);
      if (fingers.active) {
        tools.cancel();
        return;
      }
    }
    const gesture = gestureOf(event.button, event);
    if (gesture === undefined) return;
    const tool = toolOfGesture(gesture, mouse(), model.tool.value);
    if (event.button === 1) event.preventDefault();
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    dragged = false;
    asked = undefined;
    tools.start(tool, ...place(event));
  }

  function onMove(event: PointerEvent): void {
    const [x, y] = place(event);
    const pinched = event.pointerType === 'touch' ? fingers.move(event.pointerId, x, y) : undefined;
    if (pinched !== undefined) tools.pinch(pinched);
    aids.point({ cell: cell.number, x, y });
    if (tools.active) tools.move(x, y);
  }

  function onUp(event: PointerEvent): void {
    fingers.up(event.pointerId);
    dragged = tools.end() || dragged;
    const menu = asked;
    asked = undefined;
    if (menu !== undefined && !dragged && event.type === 'pointerup') event.target?.dispatchEvent(new MouseEvent('contextmenu', menu));
  }

  /** A right drag zooms and asks for no menu; whether a press becomes one is known when the button is let go. */
  function onMenu(event: MouseEvent): void {
    if (!dragged && !tools.active) return;
    const { clientX, clientY, screenX, screenY, button } = event;
    if (tools.active) asked = { clientX, clientY, screenX, screenY, button, bubbles: true, cancelable: true };
    event.preventDefault();
    event.stopPropagation();
  }

  function onWheel(event: WheelEvent): void {
    model.touched();
    const hand = mouse();
    const action = wheelActionOf(event, hand);
    const turned = hand.reversed === true && !isPinch(event) ? -1 : 1;
    const travel = turned * downOf(event);
    if (action === 'pan') tools.panBy(-turned * event.deltaX, -turned * event.deltaY);
    // Fingers that go across change nothing, and are no step of undo.
    else if (travel === 0) return;
    else if (action === 'zoom') zoomBy(event, travel);
    else if (action === 'window') tools.windowBy(travel / 4);
    else if (action !== 'none') {
      const steps = wheel.steps(travel, event.deltaMode, event.timeStamp, hand.acceleration !== false, notchesOf(event));
      if (steps === 0) return;
      if (action === 'series') model.stepSeries(cell, steps > 0 ? 1 : -1);
      else model.scrollTo(cell, cell.index + steps * (action === 'scroll10' ? 10 : 1));
    }
  }

  function zoomBy(event: WheelEvent, travel: number): void {
    const size = cell.stage?.size;
    const frame = frameOf(cell);
    if (frame === undefined || size === undefined) return;
    const [x, y] = place(event);
    const ratio = window.devicePixelRatio;
    const factor = 2 ** (-travel / (isPinch(event) ? 80 : 400));
    model.setView(cell, zoomedAt(cell.view, planeOf(frame, stateOf(cell)), size, [x * ratio, y * ratio], factor));
  }

  function onScroll(index: number): void {
    model.touched();
    model.scrollTo(cell, index);
  }

  return { onDown, onMove, onUp, onMenu, onWheel, onScroll };
}

/** Travel downwards. With Shift the browser turns the wheel across; fingers that go across by themselves go through no stack. */
function downOf({ deltaX, deltaY, shiftKey }: WheelEvent): number {
  return shiftKey && deltaY === 0 ? deltaX : deltaY;
}

/** Two fingers drawn apart on a trackpad come as a fine wheel with Ctrl. */
function isPinch(event: WheelEvent): boolean {
  return event.ctrlKey && event.deltaMode === 0 && Math.abs(event.deltaY) < 40;
}

/** A notch goes at least so far, CSS pixels: one line (33) where the system is set to that. */
const LEAST_NOTCH = 30;

/** Whole notches of a mouse's wheel: Chromium counts 120 for each, however far the system says one goes. Undefined for trackpads and wheels that turn without notches. */
function notchesOf(event: WheelEvent): number | undefined {
  const ticks = Math.abs('wheelDeltaY' in event && typeof event.wheelDeltaY === 'number' ? event.wheelDeltaY : NaN) / 120;
  const isWhole = Number.isInteger(ticks) && ticks > 0;
  return isWhole && (event.deltaMode !== 0 || Math.abs(event.deltaY) >= ticks * LEAST_NOTCH) ? ticks : undefined;
}
