import {
  ArrowLeftRight,
  ArrowDownUp,
  Axis3d,
  Camera,
  Copy,
  Diff,
  Fullscreen,
  Keyboard,
  Link2,
  ListRestart,
  Maximize2,
  PanelLeft,
  Pipette,
  Play,
  Redo2,
  RefreshCw,
  Repeat,
  RotateCcw,
  RotateCcwSquare,
  RotateCw,
  Rows3,
  Ruler,
  SlidersHorizontal,
  SquareDashed,
  SunMedium,
  TrianglesCenterlineDashedHorizontal,
  TrianglesCenterlineDashedVertical,
  Type,
  Undo2,
} from '@lucide/vue';
import type { Component } from 'vue';
import { TOOLS } from './tools';

/** What can stand in the toolbar: a command by its id and its picture, or a part of its own (no picture). */
export interface ToolbarItem {
  readonly id: string;
  readonly icon?: Component;
  /** Name of a part that is no command. */
  readonly name?: string;
}

/** Line between two groups. */
export const DIVIDER = '-';

export const TOOLBAR_ITEMS: readonly ToolbarItem[] = [
  { id: 'layouts', name: 'Layouts' },
  { id: 'mouse', name: 'What the mouse buttons do' },
  { id: 'mpr.toggle', icon: Axis3d },
  { id: 'mpr.menu', name: 'Slab and planes of an MPR' },
  ...TOOLS.filter(({ tool }) => tool !== 'none').map(({ tool, icon }) => ({ id: `tool.${tool}`, icon })),
  { id: 'view.fit', icon: Fullscreen },
  { id: 'view.oneToOne', icon: SquareDashed },
  { id: 'view.trueSize', icon: Ruler },
  { id: 'view.invert', icon: SunMedium },
  // Their names say how the line lies that is mirrored on: left and right change places across an upright one.
  { id: 'view.flipHorizontal', icon: TrianglesCenterlineDashedVertical },
  { id: 'view.flipVertical', icon: TrianglesCenterlineDashedHorizontal },
  { id: 'view.rotateRight', icon: RotateCw },
  { id: 'view.rotateLeft', icon: RotateCcw },
  { id: 'view.reset', icon: RotateCcwSquare },
  { id: 'presets', name: 'Windows' },
  { id: 'window.typed', icon: SlidersHorizontal },
  { id: 'window.file', icon: ListRestart },
  { id: 'cine.toggle', icon: Play },
  { id: 'cine.mode', icon: Repeat },
  { id: 'link.toggle', icon: Link2 },
  { id: 'link.mode', icon: ArrowDownUp },
  { id: 'sync.toggle', icon: RefreshCw },
  { id: 'prior.swap', icon: ArrowLeftRight },
  { id: 'lines.toggle', icon: Rows3 },
  { id: 'probe.toggle', icon: Pipette },
  { id: 'mask.toggle', icon: Diff },
  { id: 'view.undo', icon: Undo2 },
  { id: 'view.redo', icon: Redo2 },
  { id: 'viewport.maximise', icon: Maximize2 },
  { id: 'view.texts', icon: Type },
  { id: 'rail.toggle', icon: PanelLeft },
  { id: 'picture.copy', icon: Copy },
  { id: 'picture.save', icon: Camera },
  { id: 'keys.show', icon: Keyboard },
];

/** The toolbar as at first. */
export const DEFAULT_TOOLBAR: readonly string[] = [
  'layouts',
  'mpr.toggle',
  'mpr.menu',
  'mouse',
  DIVIDER,
  'tool.window',
  'tool.scroll',
  'tool.zoom',
  'tool.pan',
  'tool.windowBox',
  'tool.cursor3d',
  DIVIDER,
  'view.fit',
  'view.oneToOne',
  'view.invert',
  'view.flipHorizontal',
  'view.flipVertical',
  'view.rotateRight',
  'view.rotateLeft',
  'view.reset',
  DIVIDER,
  'presets',
  'cine.toggle',
  'link.toggle',
  'sync.toggle',
  'lines.toggle',
  'probe.toggle',
  'view.undo',
  'view.redo',
];

const KNOWN = new Map(TOOLBAR_ITEMS.map((item) => [item.id, item]));

/** Groups between dividers, each item once; what this version does not know and empty groups are left out. */
export function toolbarGroups(own: readonly string[] | undefined): readonly (readonly ToolbarItem[])[] {
  const groups: ToolbarItem[][] = [[]];
  const seen = new Set<string>();
  for (const id of own ?? DEFAULT_TOOLBAR) {
    const item = KNOWN.get(id);
    if (id === DIVIDER) groups.push([]);
    else if (item !== undefined && !seen.has(id)) {
      groups.at(-1)?.push(item);
      seen.add(id);
    }
  }
  return groups.filter((group) => group.length > 0);
}
