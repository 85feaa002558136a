import { ref, watch } from 'vue';
import { placeMm } from '../../ui';
import { type Cell, imageOf } from './cell';
import { LINK_MODES, linkBasis, linkedIndex, type LinkMode, offsetMm } from './linked-scroll';
import type { ViewerModel } from './viewer-model';

/** Stacks that scroll together. */
export function createLinking(model: ViewerModel) {
  const linked = ref(false);
  const mode = ref<LinkMode>('position');
  /** In mode `offset`: millimetres from viewport to viewport as they stood when the link was made, by both numbers. */
  const kept = new Map<string, number>();

  const others = (cell: Cell): Cell[] => model.shown.value.filter((other) => other !== cell && imageOf(other) !== undefined);
  const pair = (from: Cell, to: Cell): string => `${from.number}>${to.number} ${from.set?.id ?? ''} ${to.set?.id ?? ''}`;

  /**
   * The distance that a pair keeps: noted once, in both senses, for a set that came into its viewport later before its first move. Taken anew with each move it
   * would drift, by up to half a step of the other stack each time. `before`: where `from` stood.
   */
  function distance(from: Cell, to: Cell, before: number): number | undefined {
    if (from.set === undefined || to.set === undefined) return undefined;
    const known = kept.get(pair(from, to));
    if (known !== undefined) return known;
    const there = offsetMm(from.set, before, to.set, to.index);
    const back = offsetMm(to.set, to.index, from.set, before);
    if (there !== undefined) kept.set(pair(from, to), there);
    if (back !== undefined) kept.set(pair(to, from), back);
    return there;
  }

  /** Notes the distances as they are now. */
  function remember(): void {
    kept.clear();
    if (!linked.value || mode.value !== 'offset') return;
    for (const from of model.shown.value) for (const to of others(from)) distance(from, to, from.index);
  }
  watch([linked, mode, model.layout, model.tab], remember, { flush: 'sync' });

  function scrolled(cell: Cell, before: number): void {
    // Planes are linked by the point in which they meet.
    if (!linked.value || cell.set === undefined || cell.plane !== undefined) return;
    for (const other of others(cell)) {
      if (other.set === undefined) continue;
      const keptMm = mode.value === 'offset' ? distance(cell, other, before) : undefined;
      const index = linkedIndex({ from: cell.set, before, now: cell.index, to: other.set, at: other.index, keptMm }, mode.value);
      if (index !== undefined) model.moveTo(other, index);
    }
  }

  function wordsOf(cell: Cell): string[] {
    const active = model.active.value;
    if (!linked.value || cell === active || cell.plane !== undefined || active.set === undefined || cell.set === undefined || imageOf(cell) === undefined)
      return [];
    // A topogram scrolls with nothing: words of a link would only stand over it.
    if (active.set.frames.length < 2 || cell.set.frames.length < 2) return [];
    const basis = linkBasis(active.set, cell.set, mode.value);
    const mm = basis === 'offset in mm' ? kept.get(pair(active, cell)) : undefined;
    return [`linked by ${mm === undefined ? basis : `offset ${mm >= 0.05 ? '+' : ''}${placeMm(mm)}`}`];
  }

  function nextMode(): void {
    mode.value = LINK_MODES[(LINK_MODES.indexOf(mode.value) + 1) % LINK_MODES.length] ?? 'position';
    linked.value = true;
  }

  return { linked, mode, scrolled, wordsOf, nextMode, remember };
}
