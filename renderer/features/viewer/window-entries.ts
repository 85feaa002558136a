import type { WindowPreset } from '@shared/domain';
import type { MenuEntry } from '../../ui';
import { type Cell, frameOf, isColour, isWholeRange, stateOf, tablesOf, voiOfCell } from './cell';
import { offeredLuts, type WindowChoice, windowsOf } from './grey';

/** Who says the windows: the presentation state that is applied, else the file. */
function whose(cell: Cell): 'File' | 'State' {
  return stateOf(cell) === undefined ? 'File' : 'State';
}

/** Tables that the shown frame may be seen under, and its windows. */
function offered(cell: Cell): { readonly luts: ReturnType<typeof offeredLuts>; readonly windows: ReturnType<typeof windowsOf> } {
  const [frame, state] = [frameOf(cell), stateOf(cell)];
  return frame === undefined ? { luts: [], windows: [] } : { luts: offeredLuts(frame, tablesOf(cell), state), windows: windowsOf(frame, state) };
}

/** Tables and windows of the file or of the state, in the order in which it names them, tables first. */
function fileEntries(cell: Cell): MenuEntry[] {
  const { luts: tables, windows: own } = offered(cell);
  const luts = tables.map((lut, at) => ({
    id: `lut.${at}`,
    text: lut.explanation === '' ? `${whose(cell)}'s VOI LUT ${at + 1}` : `${whose(cell)}: ${lut.explanation}`,
    hint: `table of ${lut.values.length}`,
  }));
  const windows = own.map((window, at) => ({
    id: `own.${at}`,
    text: window.explanation === '' ? `${whose(cell)}'s window ${at + 1}` : `${whose(cell)}: ${window.explanation}`,
    hint: `W ${window.width} L ${window.center}${window.function === 'LINEAR' ? '' : ` ${window.function}`}`,
  }));
  return [...luts, ...windows];
}

/** What the keys 1 to 9 do on a viewport: the presets of the modality; where it has none, the file's own windows. */
export function windowOfKey(
  cell: Cell,
  presets: readonly WindowPreset[],
  key: number,
): { readonly words: string; readonly window: WindowChoice | undefined } | undefined {
  const preset = presets[key - 1];
  if (preset !== undefined) return { words: `${preset.name}, W ${preset.width} L ${preset.center}`, window: { center: preset.center, width: preset.width } };
  const entry = presets.length > 0 ? undefined : fileEntries(cell)[key - 1];
  const chosen = entry === undefined ? undefined : chosenEntry(cell, entry.id);
  return entry === undefined || chosen === undefined ? undefined : { words: `${entry.text}, ${entry.hint ?? ''}`, window: chosen.window };
}

/** The menu of windows: the file's own tables and windows with their explanations, the presets of the modality, and the typed one. */
export function windowEntries(cell: Cell, presets: readonly WindowPreset[], typedKeys: string): MenuEntry[] {
  const own = fileEntries(cell).map((entry, at) => ({ ...entry, keys: at === 0 ? '0' : presets.length === 0 && at < 9 ? String(at + 1) : '' }));
  const named = presets.map((preset, at) => ({
    id: `window.preset${at + 1}`,
    text: preset.name,
    hint: `W ${preset.width} L ${preset.center}`,
    keys: String(at + 1),
  }));
  const typed = [{ id: 'window.typed', text: 'Type width and level', keys: typedKeys }];
  return [own, named, typed].flatMap((group, at, all) => {
    const before = all.slice(0, at).some((other) => other.length > 0);
    return group.length > 0 && before ? [{ id: `-${at}`, text: '' }, ...group] : group;
  });
}

/** What of the menu's own entries (`lut.n`, `own.n`) a viewport shows then; undefined for entries that are commands. */
export function chosenEntry(cell: Cell, id: string): { readonly window: WindowChoice | undefined } | undefined {
  const [kind, place] = id.split('.');
  const at = Number(place);
  if (kind === 'lut') return { window: at === 0 ? undefined : { voiLut: at } };
  if (kind !== 'own') return undefined;
  const { luts, windows } = offered(cell);
  const window = windows[at];
  if (window === undefined || (at === 0 && luts.length === 0)) return { window: undefined };
  return { window: { center: window.center, width: window.width, function: window.function } };
}

/**
 * What the key of the file's own window does: the first, which an image shows at first too and which is named then; after that the next, round and round. `words` name it where
 * there are several.
 */
export function nextOwnWindow(cell: Cell): { readonly words: string; readonly window: WindowChoice | undefined } {
  const entries = fileEntries(cell);
  const choices = entries.map(({ id }) => chosenEntry(cell, id)?.window);
  const isUntouched = cell.window === undefined && !cell.ownWindowNamed;
  const now = isUntouched ? -1 : choices.findIndex((choice) => sameChoice(choice, cell.window));
  const at = entries.length === 0 ? 0 : (now + 1) % entries.length;
  const entry = entries[at];
  const words = entry === undefined || entries.length < 2 ? '' : `${entry.text}, ${entry.hint ?? ''} (${at + 1} of ${entries.length})`;
  return { words, window: choices[at] };
}

function sameChoice(one: WindowChoice | undefined, other: WindowChoice | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.voiLut !== undefined || other.voiLut !== undefined) return one.voiLut === other.voiLut;
  return one.center === other.center && one.width === other.width && (one.function ?? 'LINEAR') === (other.function ?? 'LINEAR');
}

/** How the window that is shown is called. */
export function windowName(cell: Cell, presets: readonly WindowPreset[]): string {
  const frame = frameOf(cell);
  if (frame === undefined) return 'No window';
  if (isColour(frame)) return 'Colour, no window';
  const voi = voiOfCell(cell);
  if (voi?.kind === 'LUT') return voi.lut.explanation === '' ? `${whose(cell)}'s VOI LUT` : voi.lut.explanation;
  if (cell.window === undefined) return isWholeRange(cell) ? 'All values' : `${whose(cell)}'s window`;
  const at = presets.findIndex((preset) => voi?.kind === 'LINEAR' && preset.center === voi.center && preset.width === voi.width);
  return at < 0 ? 'Own window' : `${at + 1} ${presets[at]?.name ?? ''}`;
}
