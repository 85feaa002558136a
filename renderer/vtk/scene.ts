import '@kitware/vtk.js/Rendering/OpenGL/Camera';
import '@kitware/vtk.js/Rendering/OpenGL/Renderer';
import vtkRenderer from '@kitware/vtk.js/Rendering/Core/Renderer';
import vtkRenderWindow from '@kitware/vtk.js/Rendering/Core/RenderWindow';
import vtkOpenGLRenderWindow from '@kitware/vtk.js/Rendering/OpenGL/RenderWindow';
import { createGreyImageProp, type GreyDrawing, registerGreyImageNode } from './grey-image-node';

/** Device pixels of the canvas, origin top left. */
export interface DeviceRect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface ScenePart {
  /** Draw at the next `draw`; a part that is not asked for keeps what it shows. */
  request(): void;
  setRect(rect: DeviceRect): void;
  remove(): void;
}

/** The vtk.js side of a stage: one render window, one renderer a viewport. Made anew after a lost context. */
export interface Scene {
  setSize(width: number, height: number): void;
  add(drawing: () => GreyDrawing | undefined): ScenePart;
  draw(): void;
  delete(): void;
}

export function createScene(canvas: HTMLCanvasElement): Scene {
  registerGreyImageNode();
  const window = vtkRenderWindow.newInstance();
  // manageCanvas false: size, style and context events of the canvas are ours.
  const view = vtkOpenGLRenderWindow.newInstance({ canvas, manageCanvas: false });
  window.addView(view);
  let size = { width: 1, height: 1 };

  return {
    setSize(width, height) {
      size = { width, height };
      view.setSize(width, height);
    },
    add(drawing) {
      const renderer = vtkRenderer.newInstance({ background: [0, 0, 0] });
      const prop = createGreyImageProp(drawing);
      renderer.getActiveCamera();
      renderer.addViewProp(prop);
      renderer.setDraw(false);
      window.addRenderer(renderer);
      return {
        request: () => void renderer.setDraw(true),
        setRect({ left, top, width, height }) {
          renderer.setViewport(left / size.width, 1 - (top + height) / size.height, (left + width) / size.width, 1 - top / size.height);
        },
        remove() {
          window.removeRenderer(renderer);
          renderer.removeAllViewProps();
          prop.delete();
          renderer.delete();
        },
      };
    },
    draw() {
      view.traverseAllPasses();
      for (const renderer of window.getRenderersByReference()) renderer.setDraw(false);
    },
    delete() {
      window.removeView(view);
      view.delete();
      window.delete();
    },
  };
}
