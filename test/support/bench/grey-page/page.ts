import '@kitware/vtk.js/Rendering/Profiles/Volume';
import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray';
import vtkImageData from '@kitware/vtk.js/Common/DataModel/ImageData';
import vtkImageMapper from '@kitware/vtk.js/Rendering/Core/ImageMapper';
import vtkImageSlice from '@kitware/vtk.js/Rendering/Core/ImageSlice';
import vtkRenderer from '@kitware/vtk.js/Rendering/Core/Renderer';
import vtkRenderWindow from '@kitware/vtk.js/Rendering/Core/RenderWindow';
import vtkOpenGLRenderWindow from '@kitware/vtk.js/Rendering/OpenGL/RenderWindow';
import { FITTED_VIEW } from '../../../../shared/geometry';
import { createViewportStage } from '../../../../renderer/vtk';

/** Milliseconds of each frame: a new picture under a new window, drawn and waited for. */
export interface GreyBench {
  run(way: 'own' | 'vtk', side: number, frames: number): number[];
}

interface Way {
  draw(values: Int16Array<ArrayBuffer>, center: number, width: number): void;
  check(): void;
  end(): void;
}

function picture(side: number, seed: number): Int16Array<ArrayBuffer> {
  return Int16Array.from({ length: side * side }, (_, at) => ((at * 31 + seed * 977) & 4095) - 1024);
}

function canvasOf(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  document.body.replaceChildren(canvas);
  return canvas;
}

/** Nothing of the frame is left to do when a pixel of it was read. */
function wait(gl: WebGL2RenderingContext): void {
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
}

/** Throws where the picture does not fill the canvas: it would be compared with one that has more pixels. */
function checkFilled(gl: WebGL2RenderingContext, side: number, way: string): void {
  const row = new Uint8Array(4 * side);
  for (const y of [0, side - 1]) {
    gl.readPixels(0, y, side, 1, gl.RGBA, gl.UNSIGNED_BYTE, row);
    const lit = row.filter((level, at) => at % 4 === 0 && level > 0).length;
    if (lit < side / 4) throw new Error(`${way}: row ${y} of ${side} has ${lit} pixels of the picture`);
  }
}

function own(side: number): Way {
  const canvas = canvasOf();
  const stage = createViewportStage(canvas);
  stage.setSize(side, side, 1);
  const viewport = stage.addViewport('one');
  viewport.setRect({ x: 0, y: 0, width: side, height: side });
  viewport.setView({ ...FITTED_VIEW, zoom: 1 });
  const gl = canvas.getContext('webgl2') as WebGL2RenderingContext;
  let count = 0;
  return {
    draw(values, center, width) {
      viewport.setImage({ key: `frame ${count++}`, columns: side, rows: side, aspect: 1, values });
      viewport.setGrey({ rescale: { slope: 1, intercept: 0 }, voi: { kind: 'LINEAR', center, width }, inverse: false, inverted: false });
      stage.render();
      wait(gl);
    },
    check: () => checkFilled(gl, side, 'own'),
    end: () => stage.delete(),
  };
}

function vtk(side: number): Way {
  const canvas = canvasOf();
  canvas.width = side;
  canvas.height = side;
  const gl = canvas.getContext('webgl2', { antialias: false, preserveDrawingBuffer: true }) as WebGL2RenderingContext;
  const window = vtkRenderWindow.newInstance();
  const view = vtkOpenGLRenderWindow.newInstance({ canvas, manageCanvas: false });
  window.addView(view);
  view.setSize(side, side);
  const renderer = vtkRenderer.newInstance({ background: [0, 0, 0] });
  window.addRenderer(renderer);
  const mapper = vtkImageMapper.newInstance();
  const slice = vtkImageSlice.newInstance();
  slice.setMapper(mapper);
  renderer.addActor(slice);
  renderer.getActiveCamera().setParallelProjection(true);
  renderer.getActiveCamera().setParallelScale(side / 2);
  return {
    draw(values, center, width) {
      const image = vtkImageData.newInstance();
      image.setDimensions([side, side, 1]);
      image.getPointData().setScalars(vtkDataArray.newInstance({ numberOfComponents: 1, values }));
      mapper.setInputData(image);
      slice.getProperty().setColorWindow(width);
      slice.getProperty().setColorLevel(center);
      renderer.resetCamera();
      // It fits the sphere around the image: half of the pixels. As large as our own picture it is only like this.
      renderer.getActiveCamera().setParallelScale(side / 2);
      view.traverseAllPasses();
      wait(gl);
    },
    check: () => checkFilled(gl, side, 'vtk.js'),
    end() {
      window.delete();
      gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}

const bench: GreyBench = {
  run(name, side, frames) {
    const way = name === 'own' ? own(side) : vtk(side);
    const pictures = [picture(side, 1), picture(side, 2)];
    const times: number[] = [];
    for (let frame = 0; frame < frames + 2; frame++) {
      const values = pictures[frame % 2]?.slice() ?? new Int16Array(side * side);
      const before = performance.now();
      way.draw(values, 40 + frame, 400 + frame);
      if (frame >= 2) times.push(performance.now() - before);
    }
    way.check();
    way.end();
    return times;
  },
};
(globalThis as { bench?: GreyBench }).bench = bench;
