import type { WindowPreset } from '@shared/domain';
import type { MenuEntry } from '../../ui';
import { type Cell, frameOf, isWholeRange, tablesOf, voiOfCell } from './cell';
import { voiLutsOf, type WindowChoice } from './grey';

/** Tables and windows of the file, in the order in which it names them, tables first. */
function fileEntries(cell: Cell): MenuEntry[] {
  const luts = voiLutsOf(tablesOf(cell)).map((lut, at) => ({
    id: `lut.${at}`,
    text: lut.explanation === '' ? `File's VOI LUT ${at + 1}` : `File: ${lut.explanation}`,
    hint: `table of ${lut.values.length}`,
  }));
  const windows = (frameOf(cell)?.windows ?? []).map((window, at) => ({
    id: `own.${at}`,
    text: window.explanation === '' ? `File's window ${at + 1}` : `File: ${window.explanation}`,
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
  const window = frameOf(cell)?.windows[at];
  if (window === undefined || (at === 0 && voiLutsOf(tablesOf(cell)).length === 0)) return { window: undefined };
  return { window: { center: window.center, width: window.width, function: window.function } };
}

/** How the window that is shown is called. */
export function windowName(cell: Cell, presets: readonly WindowPreset[]): string {
  const voi = voiOfCell(cell);
  if (voi?.kind === 'LUT') return voi.lut.explanation === '' ? "File's VOI LUT" : voi.lut.explanation;
  if (cell.window === undefined) return isWholeRange(cell) ? 'All values' : "File's window";
  const at = presets.findIndex((preset) => voi?.kind === 'LINEAR' && preset.center === voi.center && preset.width === voi.width);
  return at < 0 ? 'Own window' : `${at + 1} ${presets[at]?.name ?? ''}`;
}
