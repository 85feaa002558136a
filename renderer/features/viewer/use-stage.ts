import type { DisplayTable } from '@shared/grayscale';
import { extremes } from '@shared/pixel';
import { computed, onScopeDispose, provide, ref, watch } from 'vue';
import { useDisplaysStore, useNodeStore } from '../../stores';
import { setComposedBySoftware } from '../../ui';
import type { StageState, ViewportStage } from '../../vtk';
import type { PictureEngine } from './engine';
import { createGlass, type Glass, glassKey } from './magnifier-glass';
import type { ViewerModel } from './viewer-model';

/**
 * Pictures of nothing: their draws make the programs and buffers of the GPU, so that the first image does not wait for them. In software GL the third is as fast as
 * any later one; what the page computes for a picture is compiled well by then, too, since each has a window of its own.
 */
const TRIALS = 3;
const TRIAL_SIDE = 512;

export interface StageListener {
  /** These viewports were drawn. */
  drawn(ids: readonly string[]): void;
  /** The graphics came back: what lies on the GPU only is to be put there again. */
  restored(): void;
}

/** The stage on the viewer's canvas: made once, kept as long as the screen is. */
export function useStage(engine: PictureEngine, model: ViewerModel, listener: StageListener) {
  const node = useNodeStore();
  const displays = useDisplaysStore();
  const state = ref<StageState>('ready');
  const problem = ref('');
  let stage: ViewportStage | undefined;
  const lost = computed(() => {
    if (problem.value !== '') return `${problem.value} Nothing is lost.`;
    return state.value === 'lost' ? 'The graphics driver took it away. Nothing is lost: it comes back by itself.' : '';
  });

  /** Grey leaves by the table of the monitor that the window stands on; colour never does. */
  function grade([table, dither]: readonly [DisplayTable | undefined, boolean]): void {
    stage?.setDisplay(table);
    stage?.setDither(dither && table !== undefined);
  }
  if (engine.display === undefined) watch(() => [displays.state.table, displays.profile?.dither === true] as const, grade);

  function onState(next: StageState): void {
    state.value = next;
    if (next !== 'ready') return;
    // Another GPU may have taken over.
    setComposedBySoftware(stage?.isSoftware === true);
    sayExactness();
    listener.restored();
  }

  /** Grey levels that are not exact are a fact of this machine that the reader must know. */
  function sayExactness(): void {
    if (stage === undefined || stage.exactness.exact) return;
    const text = 'The graphics of this machine do not show all grey levels exactly. Nothing is lost: use it for looking, not for reading.';
    node.notify({ key: 'exactness', level: 'attention', text, detail: JSON.stringify(stage.exactness) });
  }

  /** Makes it, if it is not there. A machine without WebGL2 is said in `problem`, and asked again the next time. */
  function make(canvas: HTMLCanvasElement): void {
    if (stage !== undefined) return;
    try {
      stage = engine.createStage(canvas);
      problem.value = '';
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
      return;
    }
    addViewports(stage);
    setComposedBySoftware(stage.isSoftware);
    if (engine.display === undefined) grade([displays.state.table, displays.profile?.dither === true]);
    sayExactness();
    stage.onState(onState);
    stage.onDrawn((ids) => listener.drawn(ids));
  }

  function addViewports(to: ViewportStage): void {
    for (const cell of model.allCells) cell.stage = to.addViewport(`cell-${cell.number}`);
  }

  /** Nothing is shown: the glass is black, and the pixels that the viewports kept are let go of. */
  function clear(): void {
    if (stage === undefined) return;
    for (const cell of model.allCells) stage.removeViewport(`cell-${cell.number}`);
    addViewports(stage);
  }

  /** Draws once where nobody looks, as large as the first picture will be: on a stage that shows nothing yet. The GPU's process does it while nobody waits. */
  function tryOut(width: number, height: number): void {
    const viewport = model.cells[0]?.stage;
    if (stage === undefined || viewport === undefined) return;
    stage.setSize(width, height, window.devicePixelRatio);
    viewport.setRect({ x: 0, y: 0, width, height });
    for (let trial = 0; trial < TRIALS; trial++) {
      const values = new Int16Array(TRIAL_SIDE * TRIAL_SIDE).fill(trial);
      viewport.setImage({ key: `trial ${trial}`, columns: TRIAL_SIDE, rows: TRIAL_SIDE, aspect: 1, values });
      viewport.setGrey({ voi: { kind: 'LINEAR', center: extremes(values).max, width: 100 + trial }, inverse: false, inverted: false });
      stage.render();
      stage.readBack();
    }
    clear();
  }

  let glass: Glass | undefined;
  provide(glassKey, () => (glass ??= createGlass((canvas) => engine.createStage(canvas))));

  onScopeDispose(() => {
    glass?.delete();
    stage?.delete();
  });
  return {
    lost,
    problem,
    make,
    tryOut,
    clear,
    /** For what draws volumes; undefined before it was made. */
    current: () => stage,
    setSize: (width: number, height: number) => stage?.setSize(width, height, window.devicePixelRatio),
    get dither(): boolean {
      return stage?.dither === true;
    },
  };
}
