import { computed } from 'vue';
import { useDisplaysStore } from '../../stores';
import type { Cell } from './cell';

/** What the monitor that the window stands on means for a viewport: whether its modality may be read there, and what the corner says. */
export function useDisplayGate(cell: Cell, words: () => string) {
  const displays = useDisplaysStore();
  const modality = (): string => cell.set?.Modality ?? '';
  const gate = computed(() => {
    const found = cell.set?.kind === 'image' ? displays.gateFor(modality()) : undefined;
    return found === undefined ? undefined : { policy: found.policy, words: `display is not fit for ${modality()}: ${found.reasons.join(', ')}` };
  });
  /** A measured display may still not be fit for what is shown: said where its state is said. */
  const displayWords = computed(() => (displays.state.kind !== 'none' && gate.value !== undefined ? `${words()}, not fit for ${modality()}` : words()));
  return { gate, displayWords, blocked: computed(() => gate.value?.policy === 'block'), look: () => displays.override(modality()) };
}
