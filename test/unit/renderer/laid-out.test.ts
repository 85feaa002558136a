import { expect, it, vi } from 'vitest';
import { ref, shallowRef } from 'vue';
import { useLaidOut } from '../../../renderer/features/viewer/use-laid-out';

/** An area of the page of a size that the test gives it, and what was laid out. */
function rig() {
  const observers = new Set<() => void>();
  const ratios = new Set<() => void>();
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(private readonly tell: () => void) {}
      observe = () => observers.add(this.tell);
      disconnect = () => observers.delete(this.tell);
    },
  );
  const query = { addEventListener: (_: string, run: () => void) => ratios.add(run), removeEventListener: (_: string, run: () => void) => ratios.delete(run) };
  vi.stubGlobal('window', { devicePixelRatio: 1, matchMedia: () => query });
  const size = { width: 1000, height: 800 };
  let asked = 0;
  const element = {
    get clientWidth() {
      asked++;
      return size.width;
    },
    get clientHeight() {
      return size.height;
    },
  } as HTMLElement;
  const onScreen = ref(false);
  const laid: string[] = [];
  const viewports = useLaidOut(shallowRef<HTMLElement | undefined>(element), onScreen, ({ width, height }) => laid.push(`${width} x ${height}`));
  const resize = (width: number, height: number): void => {
    Object.assign(size, { width, height });
    for (const tell of [...observers]) tell();
  };
  const otherPixels = (): void => {
    for (const tell of [...ratios]) tell();
  };
  return { ...{ viewports, element, onScreen, laid, resize, otherPixels, observers, ratios }, asked: () => asked };
}

it('viewports that come back are laid out as large as they were, and again only where the page says another size', () => {
  const { viewports, element, onScreen, laid, resize, otherPixels, observers, ratios, asked } = rig();
  const leave = viewports.observe(element);
  viewports.note({ width: 1000, height: 800 });
  onScreen.value = true;
  viewports.layOutAgain();
  expect([laid, asked()], 'the page is not asked').toEqual([['1000 x 800'], 0]);
  resize(1000, 800);
  expect(laid).toHaveLength(1);
  resize(900, 800);
  expect(laid.at(-1)).toBe('900 x 800');

  onScreen.value = false;
  resize(0, 0);
  resize(1200, 700);
  otherPixels();
  expect(laid, 'nothing is laid out that nobody sees').toHaveLength(2);
  onScreen.value = true;
  viewports.layOutAgain();
  resize(1200, 700);
  expect(laid.slice(2), 'the window was made larger meanwhile').toEqual(['900 x 800', '1200 x 700']);
  otherPixels();
  expect(laid.slice(4), 'as large in CSS pixels, of other device pixels').toEqual(['1200 x 700']);
  leave();
  expect([observers.size, ratios.size]).toEqual([0, 0]);
});
