import type { CommandCenter, CommandHandler } from '../../ui';
import { serveCommands } from '../../ui';
import { type Cell, type CellSubtraction, frameOf, isColour } from './cell';
import { endSubtraction, masksOf, newSubtraction, ownMask, subtractionState } from './cell-subtraction';
import type { ViewerAids } from './viewer-aids';
import type { ViewerModel } from './viewer-model';
import { whyNot } from './why-not';

/** The mask moves by this at a press, pixels. */
const STEP = 0.5;

/** Subtraction on or off, the user's own mask, and moving it. */
export function serveSubtractionCommands(commands: CommandCenter, model: ViewerModel, aids: ViewerAids): void {
  const active = (): Cell => model.active.value;

  function put(cell: Cell, on: CellSubtraction | undefined): void {
    aids.unsay();
    const natural = cell.subtraction?.naturalWindow;
    if (on === undefined) {
      endSubtraction(cell);
      cell.window = natural;
    } else {
      for (const cursor of cell.subtraction?.cursors.values() ?? []) cursor.release();
      if (cell.subtraction === undefined) cell.window = undefined;
      cell.subtraction = on;
    }
    model.redraw(cell);
  }

  function toggle(): void {
    const cell = active();
    if (cell.subtraction !== undefined) {
      put(cell, undefined);
      aids.say(cell, 'not subtracted any more');
      return;
    }
    // Without a mask in the object: the first frame, as a rule before the contrast came.
    put(cell, newSubtraction(cell, masksOf(cell).length === 0 ? ownMask(1) : undefined));
  }

  function here(): void {
    const cell = active();
    const frame = frameOf(cell);
    if (frame !== undefined)
      put(cell, { ...newSubtraction(cell, ownMask(frame.frameIndex + 1)), naturalWindow: cell.subtraction?.naturalWindow ?? cell.window });
  }

  function move(rows: number, columns: number): void {
    const cell = active();
    const on = cell.subtraction;
    if (on === undefined) return;
    cell.subtraction = { ...on, moved: [on.moved[0] + rows * STEP, on.moved[1] + columns * STEP] };
    model.redraw(cell);
  }

  const isOn = (): boolean => active().subtraction !== undefined;
  const refused = (words: string) => () => aids.say(active(), whyNot(active(), words));
  const moving = (rows: number, columns: number): CommandHandler => ({
    run: () => move(rows, columns),
    enabled: isOn,
    refused: refused('no mask is subtracted'),
  });
  const onMasks = {
    enabled: () => whyNotSubtracted(active()) === undefined,
    refused: () => aids.say(active(), whyNot(active(), whyNotSubtracted(active()))),
  };
  serveCommands(commands, {
    'mask.toggle': { ...onMasks, run: toggle, hint: () => (isOn() ? (subtractionState(active())?.words ?? 'on') : 'off') },
    'mask.here': { ...onMasks, run: here },
    'mask.up': moving(-1, 0),
    'mask.down': moving(1, 0),
    'mask.left': moving(0, -1),
    'mask.right': moving(0, 1),
  });
}

/** Why no mask can be subtracted from what a viewport shows; undefined: it can be. */
function whyNotSubtracted(cell: Cell): string | undefined {
  const frame = frameOf(cell);
  if (frame === undefined) return 'no image here';
  if (cell.plane !== undefined) return 'no mask is subtracted from a plane made here';
  if (isColour(frame)) return 'no mask is subtracted from colour';
  return frame.numberOfFrames > 1 ? undefined : 'no other frames to subtract here';
}
