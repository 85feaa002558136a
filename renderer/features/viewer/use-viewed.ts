import type { ImageFrame } from '@shared/domain';
import { useDisplaysStore, useViewedStore } from '../../stores';
import { type Cell, frameOf, shownFrame } from './cell';

/**
 * Counts an image as viewed when the compositor has had its pixels in a visible window: not when it was loaded, not when a drawing was overtaken by the
 * next one, and not under a display gate.
 */
export function useViewed(shown: () => readonly Cell[]) {
  const viewed = useViewedStore();
  const displays = useDisplaysStore();
  /** Tiles that were seen, by instance: a picture of tiles was seen when all of them were. */
  const tiles = new Map<number, Set<number>>();

  function note({ instanceId, frameIndex, tile }: ImageFrame): void {
    if (tile !== undefined) {
      const seen = (tiles.get(instanceId) ?? new Set()).add(tile.number);
      tiles.set(instanceId, seen);
      if (seen.size < tile.of) return;
    }
    viewed.note(instanceId, frameIndex + 1);
  }

  /** What the stage drew into these viewports just now. */
  function drawn(ids: readonly string[]): void {
    // A plane made here is no image of the study.
    const cells = shown().filter(
      (cell) => cell.plane === undefined && cell.stage !== undefined && ids.includes(cell.stage.id) && shownFrame(cell) !== undefined,
    );
    const frames = cells.flatMap((cell) => (displays.gateFor(cell.set?.Modality ?? '')?.policy === 'block' ? [] : (frameOf(cell) ?? [])));
    if (frames.length === 0) return;
    // Drawn now is composed with this frame of the screen: by the next one it was seen.
    requestAnimationFrame(() => {
      if (document.visibilityState !== 'visible') return;
      for (const frame of frames) note(frame);
    });
  }

  return { drawn };
}
