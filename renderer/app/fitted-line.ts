import { onBeforeUnmount, onMounted, type Ref } from 'vue';

/**
 * Sets `data-fit` of a line to the lowest step, 0 to `steps`, at which its content is no wider than itself; what each step leaves out is the business of its styles. Looked at anew, before it is
 * painted, whenever its content or its width changes.
 */
export function useFittedLine(line: Readonly<Ref<HTMLElement | null>>, steps: number): void {
  const fit = (): void => {
    const element = line.value;
    if (element === null) return;
    for (let step = 0; step <= steps; step++) {
      element.dataset['fit'] = String(step);
      if (element.scrollWidth <= element.clientWidth) return;
    }
  };
  const content = new MutationObserver(fit);
  const width = new ResizeObserver(fit);
  onMounted(() => {
    if (line.value === null) return;
    content.observe(line.value, { childList: true, characterData: true, subtree: true });
    width.observe(line.value);
    fit();
  });
  onBeforeUnmount(() => {
    content.disconnect();
    width.disconnect();
  });
}
