import { type MousePreferences, MouseGesture, type PointerTool, type WheelAction, WheelGesture } from '@shared/domain';

/** What is held beside a button or the wheel. One modifier counts: Ctrl before Alt before Shift. */
export interface Held {
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** What the hand does at first (interface.md). A gesture that is not named does what its button does without a modifier. */
export const DEFAULT_BUTTONS: Readonly<Partial<Record<MouseGesture, PointerTool>>> = {
  Left: 'window',
  'Shift+Left': 'window',
  'Ctrl+Left': 'scroll',
  'Alt+Left': 'windowBox',
  Middle: 'pan',
  Right: 'zoom',
};

export const DEFAULT_WHEEL: Readonly<Record<WheelGesture, WheelAction>> = {
  Wheel: 'scroll',
  'Shift+Wheel': 'scroll10',
  'Ctrl+Wheel': 'zoom',
  'Alt+Wheel': 'window',
};

const BUTTONS = ['Left', 'Middle', 'Right'] as const;

function modifier(held: Held): '' | 'Ctrl+' | 'Alt+' | 'Shift+' {
  if (held.ctrlKey) return 'Ctrl+';
  if (held.altKey) return 'Alt+';
  return held.shiftKey ? 'Shift+' : '';
}

/** The gesture of a pressed button (PointerEvent.button); undefined for the buttons beyond the third. A pen's side button is the right one. */
export function gestureOf(button: number, held: Held): MouseGesture | undefined {
  const name = BUTTONS[button];
  return name === undefined ? undefined : MouseGesture.parse(`${modifier(held)}${name}`);
}

/** The user's tool of a gesture without what its plain button does; undefined: as that. */
export function ownToolOf(gesture: MouseGesture, mouse: MousePreferences): PointerTool | undefined {
  return mouse.buttons?.[gesture] ?? DEFAULT_BUTTONS[gesture];
}

/** Tool of a gesture. The plain left button, and what follows it, does the tool that is chosen now. */
export function toolOfGesture(gesture: MouseGesture, mouse: MousePreferences, chosen: PointerTool): PointerTool {
  if (gesture === 'Left') return chosen;
  const own = ownToolOf(gesture, mouse);
  if (own !== undefined) return own;
  const plain = MouseGesture.parse(gesture.slice(gesture.indexOf('+') + 1));
  return plain === 'Left' ? chosen : (ownToolOf(plain, mouse) ?? 'none');
}

/** The tool that the left button has when a study is opened. */
export function firstTool(mouse: MousePreferences): PointerTool {
  return ownToolOf('Left', mouse) ?? 'window';
}

export function wheelActionOf(held: Held, mouse: MousePreferences): WheelAction {
  const gesture = WheelGesture.parse(`${modifier(held)}Wheel`);
  return mouse.wheel?.[gesture] ?? DEFAULT_WHEEL[gesture];
}

/** What nothing on the mouse does any more, in words: the keys still do it. */
export function lostByHand(mouse: MousePreferences): string[] {
  const tools = new Set(MouseGesture.options.map((gesture) => toolOfGesture(gesture, mouse, firstTool(mouse))));
  const wheel = new Set(WheelGesture.options.map((gesture) => mouse.wheel?.[gesture] ?? DEFAULT_WHEEL[gesture]));
  const lost: string[] = [];
  if (!tools.has('pan') && !wheel.has('pan')) lost.push('Neither a button nor the wheel pans: P puts it on the left button.');
  if (!tools.has('zoom') && !wheel.has('zoom')) lost.push('Neither a button nor the wheel zooms: Z puts it on the left button.');
  if (!tools.has('scroll') && !wheel.has('scroll') && !wheel.has('scroll10')) lost.push('Neither a button nor the wheel scrolls: the arrow keys do.');
  if (!tools.has('window') && !wheel.has('window')) lost.push('Neither a button nor the wheel windows: W puts it on the left button.');
  return lost;
}
