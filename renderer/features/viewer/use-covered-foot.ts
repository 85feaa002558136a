import { onScopeDispose, ref, type Ref, watch } from 'vue';
import { useStationLineStore } from '../../stores';

/**
 * How much of the foot of an element a message of the station covers, CSS pixels: measured anew when either of them changes its size, and when the element is put to another place,
 * which `place` tells.
 */
export function useCoveredFoot(element: Ref<HTMLElement | null>, place: () => string = () => ''): Ref<number> {
  const station = useStationLineStore();
  const covered = ref(0);
  const measure = (): void => void (covered.value = station.coveredPx(element.value ?? undefined));
  const observer = new ResizeObserver(measure);
  watch(
    element,
    (now, before) => {
      if (before) observer.unobserve(before);
      if (now !== null) observer.observe(now);
    },
    { immediate: true },
  );
  watch([() => station.heightPx, place], measure, { flush: 'post' });
  onScopeDispose(() => observer.disconnect());
  return covered;
}
