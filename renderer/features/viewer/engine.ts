import { inject, type InjectionKey } from 'vue';
import type { ImageLibrary } from '../../imaging';
import type { ViewportStage } from '../../vtk';

/** What the viewer draws with: the app makes it, tests give their own. */
export interface PictureEngine {
  readonly library: ImageLibrary;
  /** Throws in words when this machine gives no WebGL2 context. */
  createStage(canvas: HTMLCanvasElement): ViewportStage;
  /** What the greys of the stages rest on by the command line, for the corner: "display: ..."; absent = what was measured of the monitor counts. */
  readonly display?: string | undefined;
}

export const pictureEngineKey: InjectionKey<PictureEngine> = Symbol('picture engine');

export function usePictureEngine(): PictureEngine {
  const engine = inject(pictureEngineKey);
  if (engine === undefined) throw new Error('no picture engine was provided to the application');
  return engine;
}
