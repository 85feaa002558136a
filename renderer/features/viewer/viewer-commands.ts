import { FITTED_VIEW, flippedHorizontally, flippedVertically, resolvedCenter, rotated, type ViewTransform } from '@shared/geometry';
import type { NamedLayout, PointerTool, WindowPreset } from '@shared/domain';
import { LayoutId } from '../../stores';
import type { CommandCenter, CommandHandler } from '../../ui';
import { serveCommands } from '../../ui';
import { frameOf, imageOf, planeOf, stateOf } from './cell';
import { shownAspect } from './displayed-area';
import { TOOLS } from './tools';
import { trueSizeOf } from './true-size';
import type { ViewerAids } from './viewer-aids';
import type { ViewerModel } from './viewer-model';
import { whyNot } from './why-not';
import { nextOwnWindow, windowOfKey } from './window-entries';

export interface ViewerScreenParts {
  /** The grid of layouts at its button. */
  openLayouts(): void;
  /** The fields for width and level. */
  openWindow(): void;
  /** The tool that the left button has at first. */
  firstTool(): PointerTool;
  presets(modality: string): readonly WindowPreset[];
  layouts(): readonly NamedLayout[];
  picture(how: 'save' | 'copy' | 'saveImage'): void;
  nextPresentation(): void;
  /** Goes to a study of the list beside this one; says when there is none. */
  stepStudy(by: 1 | -1): void;
  finish(): void;
  /** Size of a device pixel of this display, millimetres, and who says it. */
  pixelMm(): number | undefined;
  pixelBasis(): string;
  focusViewport(number: number): void;
  nextTexts(): void;
  textLevel(): string;
  /** Takes the search of the rail away. False when there was none. */
  clearSearch(): boolean;
  back(): void;
  /** The element that holds rail, toolbar and viewports. */
  areas(): Element | undefined;
}

const AREAS = ['[data-testid="rail"] button', '[data-testid="toolbar"] button', '[data-viewport]'];

/** Every command of the viewer (the key table says which key runs it). */
export function serveViewerCommands(commands: CommandCenter, model: ViewerModel, aids: ViewerAids, screen: ViewerScreenParts): void {
  const active = () => model.active.value;
  const hasImage = (): boolean => imageOf(active()) !== undefined;
  const act = (run: () => void, extra: Partial<CommandHandler> = {}): CommandHandler => ({
    enabled: hasImage,
    refused: () => aids.say(active(), whyNot(active())),
    ...extra,
    run: () => {
      model.touched();
      run();
    },
  });
  const view = (change: (view: ViewTransform) => ViewTransform): CommandHandler =>
    act(() => {
      const cell = active();
      model.setView(cell, change(cell.view), 'turn');
    });

  const handlers: Record<string, CommandHandler> = {
    'image.previous': act(() => aids.held.press(-1)),
    'image.next': act(() => aids.held.press(1)),
    'image.first': act(() => model.scrollTo(active(), 0)),
    'image.last': act(() => model.scrollTo(active(), Infinity)),
    'series.previous': act(() => model.stepSeries(active(), -1), { enabled: () => true }),
    'series.next': act(() => model.stepSeries(active(), 1), { enabled: () => true }),
    'viewport.next': { run: () => step(model, screen, 1) },
    'viewport.previous': { run: () => step(model, screen, -1) },
    'area.next': { run: () => stepArea(screen, 1) },
    'area.previous': { run: () => stepArea(screen, -1) },
    'window.typed': act(() => screen.openWindow()),
    'window.file': act(() => ownWindow(model, aids)),
    'view.fit': view((now) => ({ ...now, zoom: FITTED_VIEW.zoom, center: FITTED_VIEW.center })),
    'view.oneToOne': view((now) => {
      const frame = frameOf(active());
      return frame === undefined
        ? now
        : { ...now, zoom: 1, center: now.center === 'middle' ? 'middle' : resolvedCenter(now, planeOf(frame, stateOf(active()))) };
    }),
    'view.invert': act(() => model.invert(active())),
    'view.flipHorizontal': view(flippedHorizontally),
    'view.flipVertical': view(flippedVertically),
    'view.rotateRight': view((now) => rotated(now, 90)),
    'view.rotateLeft': view((now) => rotated(now, -90)),
    'view.reset': act(() => model.reset(active())),
    'view.texts': { run: () => screen.nextTexts(), hint: () => screen.textLevel() },
    'layout.grid': { run: () => screen.openLayouts(), hint: () => model.shownLayout.value },
    'viewport.maximise': act(() => model.maximise(active()), {
      enabled: () => model.shownLayout.value !== '1x1',
      refused: () => aids.say(active(), 'this is the only viewport'),
    }),
    'view.back': { run: () => back(model, aids, screen) },
  };
  Object.assign(handlers, aidHandlers(model, aids, screen, act));
  for (const id of LayoutId.options) handlers[`layout.${id}`] = act(() => model.setLayout(id), { enabled: () => true });
  for (const { tool } of TOOLS.filter((rule) => rule.tool !== 'none')) {
    handlers[`tool.${tool}`] = { run: () => (model.tool.value = tool), hint: () => (model.tool.value === tool ? 'in use' : '') };
  }
  for (let place = 1; place <= MOST_NAMED; place++) handlers[`layout.named${place}`] = namedLayout(model, aids, screen, place);
  for (let key = 1; key <= 9; key++) {
    const wanted = () => windowOfKey(active(), screen.presets(active().set?.Modality ?? ''), key);
    handlers[`window.preset${key}`] = act(
      () => {
        const found = wanted();
        if (found !== undefined) model.setWindow(active(), found.window);
      },
      {
        enabled: () => hasImage() && wanted() !== undefined,
        hint: () => wanted()?.words ?? '',
        refused: () => aids.say(active(), whyNot(active(), noWindow(key, active().set?.Modality ?? ''))),
      },
    );
  }
  serveCommands(commands, handlers);
}

const noWindow = (key: number, modality: string): string => `no window ${key} for ${modality === '' ? 'this image' : modality}`;

/** The file's own window, by name; pressed again, its next one. */
function ownWindow(model: ViewerModel, aids: ViewerAids): void {
  const cell = model.active.value;
  const { window, words } = nextOwnWindow(cell);
  model.setWindow(cell, window, true);
  if (words !== '') aids.say(cell, words);
}

/** Layouts by name that have a command. */
const MOST_NAMED = 9;

function namedLayout(model: ViewerModel, aids: ViewerAids, screen: ViewerScreenParts, place: number): CommandHandler {
  const named = () => screen.layouts()[place - 1];
  return {
    enabled: () => LayoutId.safeParse(named()?.layout).success,
    hint: () => named()?.name ?? '',
    run: () => {
      const wanted = named();
      const id = LayoutId.safeParse(wanted?.layout);
      if (wanted === undefined || !id.success) return;
      model.touched();
      model.setLayout(id.data);
      aids.linked.value = wanted.linked === true;
      aids.synced.value = wanted.synced === true;
    },
  };
}

type Act = (run: () => void, extra?: Partial<CommandHandler>) => CommandHandler;

function aidHandlers(model: ViewerModel, aids: ViewerAids, screen: ViewerScreenParts, act: Act): Record<string, CommandHandler> {
  const onOff = (on: boolean) => (on ? 'on' : 'off');
  const toggle = (state: { value: boolean }): CommandHandler => ({ run: () => (state.value = !state.value), hint: () => onOff(state.value) });
  const say = (words: string) => () => aids.say(model.active.value, whyNot(model.active.value, words));
  const playing = { enabled: () => aids.playing.value, refused: say('cine does not play') };
  return {
    'cine.toggle': act(() => aids.toggleCine(), {
      enabled: () => imageOf(model.active.value) !== undefined && (model.active.value.set?.frames.length ?? 0) > 1,
      hint: () => onOff(aids.playing.value),
      refused: say('a single image: nothing to play'),
    }),
    'cine.faster': { ...playing, run: () => aids.stepRate(1), hint: () => `${aids.cine.fps} fps` },
    'cine.slower': { ...playing, run: () => aids.stepRate(-1), hint: () => `${aids.cine.fps} fps` },
    'cine.mode': { ...playing, run: () => aids.toggleCineMode(), hint: () => aids.cine.mode },
    'link.toggle': toggle(aids.linked),
    'link.mode': { run: () => aids.nextLinkMode(), hint: () => (aids.linked.value ? `by ${aids.linkMode.value}` : 'off') },
    'sync.toggle': toggle(aids.synced),
    'lines.toggle': toggle(aids.lines),
    'probe.toggle': toggle(aids.probing),
    'magnifier.hold': { run: () => (aids.magnifying.value = true) },
    'presentation.next': act(() => screen.nextPresentation()),
    'over.overlays': act(() => toggleOver(model, aids, 'overlays')),
    'over.shutters': act(() => toggleOver(model, aids, 'shutters')),
    'picture.saveImage': act(() => screen.picture('saveImage'), {
      enabled: () => imageOf(model.active.value) !== undefined && model.active.value.plane === undefined,
      refused: say('a plane made here is no image of the study'),
    }),
    'picture.copy': act(() => screen.picture('copy')),
    'picture.save': act(() => screen.picture('save')),
    'view.trueSize': act(() => trueSize(model, aids, screen)),
    'view.undo': act(() => aids.undo(), { enabled: () => aids.canUndo(), refused: () => aids.say(model.active.value, 'nothing to undo') }),
    'view.redo': act(() => aids.redo(), { enabled: () => aids.canRedo(), refused: () => aids.say(model.active.value, 'nothing to redo') }),
    'study.next': { run: () => screen.stepStudy(1) },
    'study.previous': { run: () => screen.stepStudy(-1) },
    'study.finish': { run: () => screen.finish() },
  };
}

/** What the file draws over the picture can hide something: it is taken off, and said while it is. */
function toggleOver(model: ViewerModel, aids: ViewerAids, what: 'overlays' | 'shutters'): void {
  const cell = model.active.value;
  model.changing('over', cell);
  cell.over = { ...cell.over, [what]: !cell.over[what] };
  model.redraw(cell);
  if (cell.over[what]) aids.say(cell, `${what} on`);
}

function trueSize(model: ViewerModel, aids: ViewerAids, screen: ViewerScreenParts): void {
  const cell = model.active.value;
  const frame = frameOf(cell);
  if (frame === undefined) return;
  const found = trueSizeOf(frame, screen.pixelMm(), shownAspect(frame, stateOf(cell)));
  if ('reason' in found) {
    aids.say(cell, found.reason);
    return;
  }
  model.setView(cell, { ...cell.view, zoom: found.zoom, center: resolvedCenter(cell.view, planeOf(frame, stateOf(cell))) }, 'turn');
  aids.say(cell, `${found.basis}; display ${screen.pixelBasis()}`);
}

function step(model: ViewerModel, screen: ViewerScreenParts, by: 1 | -1): void {
  const among = model.shown.value;
  const at = among.findIndex((cell) => cell.number === model.activeNumber.value);
  const next = among[(at + by + among.length) % among.length];
  if (next === undefined) return;
  model.activate(next.number);
  screen.focusViewport(next.number);
}

function stepArea(screen: ViewerScreenParts, by: 1 | -1): void {
  const root = screen.areas();
  if (root === undefined) return;
  const places = AREAS.map((selector) => root.querySelector<HTMLElement>(selector)).filter((place) => place !== null);
  const focused = root.ownerDocument.activeElement;
  const at = AREAS.findIndex((selector) => focused !== null && focused.closest(selector.split(' ')[0] ?? selector) !== null);
  places[(at + by + places.length) % places.length]?.focus();
}

/** Escape goes back step by step: the search of the rail; tool, with the cross that it left; the cross; layout; planes; worklist. */
function back(model: ViewerModel, aids: ViewerAids, screen: ViewerScreenParts): void {
  if (screen.clearSearch()) return;
  const isCursor = model.tool.value === 'cursor3d';
  if (model.tool.value !== screen.firstTool()) model.tool.value = screen.firstTool();
  else if (aids.point3d.value !== undefined) aids.point3d.value = undefined;
  else if (model.maximised.value) model.maximise(model.active.value);
  else if (model.reformation.value !== undefined) model.reformation.value.close();
  else screen.back();
  if (isCursor) aids.point3d.value = undefined;
}
