import type { RenderRequest } from '@shared/contract';
import type { DisplaySet, ImageFrame, PresentationState, StudyUid } from '@shared/domain';
import { type DisplayTable, readCalibration, type Voi, voiOf } from '@shared/grayscale';
import {
  appliesTo,
  chosenVoi,
  differenceGrey,
  differenceRescale,
  encodePng,
  type ImageLibrary,
  type LoadedFrame,
  makeDifference,
  type OpenDisplaySet,
  stateMasks,
  subtractionPlan,
  tablesFailure,
  type TableState,
  turnOfState,
  wholeDifference,
  wholeRange,
  windowsOf,
} from '../imaging';
import type { StationHost } from '../stores';
import { framePicture, type FramePictureRequest } from '../vtk';

export interface RenderParts {
  readonly host: StationHost;
  readonly library: ImageLibrary;
  readonly canvas: HTMLCanvasElement;
  readonly calibration: string | undefined;
  readonly dither: boolean;
}

/** Draws the one frame that `--render` asks for and hands its PNG to main, or says why it cannot. Never rejects. */
export async function renderPicture(parts: RenderParts, request: RenderRequest): Promise<void> {
  const { host } = parts;
  try {
    const study = await new Promise<StudyUid>((resolve) => host.on('app.openStudy', (event) => resolve(event.StudyInstanceUID)));
    await host.call('app.rendered', { png: await pictureOf(parts, request, study) });
  } catch (error) {
    await host.call('app.rendered', { problem: (error instanceof Error ? error.message : String(error)).slice(0, 2000) });
  }
}

async function pictureOf(parts: RenderParts, request: RenderRequest, StudyInstanceUID: StudyUid): Promise<Uint8Array<ArrayBuffer>> {
  const { host, library, canvas, dither } = parts;
  const display = displayOf(parts.calibration);
  const { displaySets } = await indexed(() => host.call('study.open', { StudyInstanceUID }));
  const [set, index] = placeOf(displaySets, request);
  const frame = set.frames[index];
  if (frame === undefined) throw new Error('the image has no frames');
  if (frame.cannotDecode !== undefined) throw new Error(`cannot decode: ${frame.cannotDecode}`);
  const state = request.state ? await stateFor(host, frame) : undefined;
  const open = library.open(set);
  const { loaded, tables } = await loadedFrame(open, index, frame);
  const difference = state === undefined ? undefined : await differenceFor(request, { open, set, frame, tables, state });
  const voi = voiFor(request, frame, tables, state) ?? wholeRange(frame, tables, loaded, state);
  const turn = state === undefined ? { rotationDeg: 0, mirrored: false } : turnOfState(state);
  const over = { overlays: true, shutters: true };
  return await encodePng(framePicture(canvas, { frame, loaded, tables, state, voi, inverted: false, difference, over, display, dither, ...turn }));
}

/** What was imported just now is in the index a moment later. */
const INDEXED_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 50;

/** The answer of a call about what was imported just now, or its last failure. */
async function indexed<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    try {
      return await call();
    } catch (error) {
      if (waited >= INDEXED_WITHIN_MS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function displayOf(calibration: string | undefined): DisplayTable | undefined {
  if (calibration === undefined) return undefined;
  const read = readCalibration(calibration);
  if (!read.ok) throw new Error(`the calibration file cannot be used: ${read.reason}`);
  return read.table;
}

/** The display set and the place in it of a frame, or of a tile of it, of the one image that is here. */
function placeOf(sets: readonly DisplaySet[], { frame, tile }: Pick<RenderRequest, 'frame' | 'tile'>): readonly [DisplaySet, number] {
  const images = sets.filter(({ kind }) => kind === 'image');
  if (images.length === 0) throw new Error(sets[0] === undefined ? 'it holds no image' : `it is no image: ${sets[0].label}`);
  for (const set of images) {
    const index = set.frames.findIndex((one) => one.frameIndex === frame - 1 && one.tile?.number === tile);
    if (index >= 0) return [set, index];
  }
  if (tile !== undefined) {
    const tiles = Math.max(0, ...images.flatMap((set) => set.frames.map((one) => one.tile?.of ?? 0)));
    throw new Error(tiles === 0 ? `tile ${tile}: the image is no mosaic that can be taken apart` : `tile ${tile} of ${tiles}`);
  }
  const most = images.reduce((sum, set) => Math.max(sum, ...set.frames.map(({ numberOfFrames }) => numberOfFrames)), 0);
  throw new Error(`frame ${frame} of ${most}`);
}

async function stateFor(host: StationHost, frame: ImageFrame): Promise<PresentationState> {
  const row = await indexed(async () => {
    const { states, problems } = await host.call('presentation.list', {});
    const [first] = states;
    if (first === undefined) throw new Error(problems[0] ?? 'the file of --state is no presentation state');
    return first;
  });
  const { state } = await host.call('presentation.get', { instanceId: row.instanceId });
  if (!appliesTo(state, frame)) throw new Error('the presentation state does not name this image');
  return state;
}

/** Waits for the pixels and for all that their levels depend on. */
async function loadedFrame(open: OpenDisplaySet, index: number, frame: ImageFrame): Promise<{ loaded: LoadedFrame; tables: TableState }> {
  const cursor = open.cursor(index);
  try {
    return await new Promise((resolve, reject) => {
      const look = (): void => {
        const state = open.state(index);
        const tables = open.tables(index);
        if (state.kind === 'failed') reject(new Error(state.reason));
        const loaded = open.frame(index);
        if (loaded === undefined || tables.kind === 'waiting') return;
        const failure = tablesFailure(frame, tables);
        if (failure !== '') reject(new Error(failure));
        else resolve({ loaded, tables });
      };
      open.onChange(look);
      look();
    });
  } finally {
    cursor.release();
  }
}

interface OfState {
  readonly open: OpenDisplaySet;
  readonly set: DisplaySet;
  readonly frame: ImageFrame;
  readonly tables: TableState;
  readonly state: PresentationState;
}

/** The frame less the mask that the state wants taken off it, as a viewport shows it; undefined: the state wants none for this frame. */
async function differenceFor({ voi }: RenderRequest, { open, set, frame, tables, state }: OfState): Promise<FramePictureRequest['difference']> {
  const plan = subtractionPlan(stateMasks(state, frame), frame);
  if (plan === undefined) return undefined;
  const values = new Map<number, LoadedFrame['values']>();
  for (const number of new Set([...plan.masks, ...plan.contrast])) {
    const at = set.frames.findIndex((one) => one.instanceId === frame.instanceId && one.frameIndex === number - 1 && one.tile?.number === frame.tile?.number);
    const found = set.frames[at];
    if (found === undefined) throw new Error(`the state subtracts frame ${number}, which is in another part of the series`);
    values.set(number, (await loadedFrame(open, at, found)).loaded.values);
  }
  const valuesOf = (numbers: readonly number[]) => numbers.flatMap((number) => values.get(number) ?? []);
  const made = makeDifference({ frame, tables, state, plan, shifts: plan, valuesOf });
  const own = windowsOf(frame, state)[0];
  const window = voi.kind === 'window' ? { center: voi.center, width: voi.width, function: voi.function } : own;
  if (voi.kind === 'function' && window === undefined) throw new Error(`--voi ${voi.function}: the state has no window`);
  const function_ = voi.kind === 'function' ? voi.function : window?.function;
  const chosen =
    window === undefined || function_ === undefined
      ? wholeDifference(made, differenceRescale(made, frame, tables, state))
      : voiOf({ center: window.center, width: window.width, function: function_ });
  return { key: `difference ${frame.frameIndex}`, made, grey: differenceGrey(made, { frame, tables, state, voi: chosen, inverted: false }) };
}

function voiFor({ voi }: RenderRequest, frame: ImageFrame, tables: TableState, state: PresentationState | undefined): Voi | undefined {
  switch (voi.kind) {
    case 'file':
      return chosenVoi(frame, tables, undefined, state);
    case 'window':
      return chosenVoi(frame, tables, { center: voi.center, width: voi.width, function: voi.function }, state);
    case 'function': {
      const [own] = frame.windows;
      if (own === undefined) throw new Error(`--voi ${voi.function}: the image has no window`);
      return chosenVoi(frame, tables, { center: own.center, width: own.width, function: voi.function }, state);
    }
  }
}
