import { ChevronsUpDown, Contrast, Crosshair, MousePointer2, Move, Search, SquareDashedMousePointer } from '@lucide/vue';
import type { PointerTool } from '@shared/domain';
import type { Component } from 'vue';

export interface ToolRule {
  readonly tool: PointerTool;
  /** As the toolbar says it. */
  readonly short: string;
  readonly words: string;
  readonly icon: Component;
}

/** Everything that a mouse button can do on an image: one table for keys, toolbar and preferences. */
export const TOOLS: readonly ToolRule[] = [
  { tool: 'window', short: 'W/L', words: 'window width and level', icon: Contrast },
  { tool: 'scroll', short: 'scroll', words: 'scroll images', icon: ChevronsUpDown },
  { tool: 'zoom', short: 'zoom', words: 'zoom', icon: Search },
  { tool: 'pan', short: 'pan', words: 'pan', icon: Move },
  { tool: 'windowBox', short: 'W/L box', words: 'window from a rectangle', icon: SquareDashedMousePointer },
  { tool: 'cursor3d', short: '3D cursor', words: '3D cursor', icon: Crosshair },
  { tool: 'none', short: 'nothing', words: 'nothing', icon: MousePointer2 },
];

export function toolRule(tool: PointerTool): ToolRule {
  return TOOLS.find((rule) => rule.tool === tool) ?? (TOOLS[0] as ToolRule);
}
