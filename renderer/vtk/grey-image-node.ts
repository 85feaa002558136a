import macro from '@kitware/vtk.js/macros';
import vtkProp, { type vtkProp as Prop } from '@kitware/vtk.js/Rendering/Core/Prop';
import { registerOverride } from '@kitware/vtk.js/Rendering/OpenGL/ViewNodeFactory';
import vtkViewNode from '@kitware/vtk.js/Rendering/SceneGraph/ViewNode';
import { GREY_VERTEX_SHADER, type GreyPlacement, imageFragmentShader, setGreyUniforms, type UniformSetter } from './grey-shader';
import { resliceFragmentShader, type ReslicePlacement, setResliceUniforms, type VolumeFormat } from './reslice-shader';
import { type ImageTextureFormat, LEVELS_UNIT, MASK_UNIT, PRESENT_UNIT, STORED_UNIT, VOLUME_UNIT } from './stored-texture';

/** What a grey image is drawn from now. */
export interface ImageDrawing {
  readonly kind: 'image';
  readonly stored: WebGLTexture;
  readonly levels: WebGLTexture;
  /** Drawn over the picture where `place.masked`. */
  readonly mask?: WebGLTexture | undefined;
  readonly format: ImageTextureFormat;
  readonly place: GreyPlacement;
}

/** What a plane through a volume is drawn from. */
export interface PlaneDrawing {
  readonly kind: 'plane';
  readonly volume: WebGLTexture;
  /** Which slices are in the volume. */
  readonly present: WebGLTexture;
  readonly levels: WebGLTexture;
  readonly format: VolumeFormat;
  readonly place: GreyPlacement;
  readonly reslice: ReslicePlacement;
}

/** Undefined = nothing to draw. Asked at each draw. */
export type GreyDrawing = ImageDrawing | PlaneDrawing;

const PROP_CLASS = 'alternatorGreyImage';

interface PropModel {
  classHierarchy: string[];
  drawing: () => GreyDrawing | undefined;
}

/** A vtk prop that draws what `drawing` says. Its view node must be registered (`registerGreyImageNode`). */
export function createGreyImageProp(drawing: () => GreyDrawing | undefined): Prop {
  const extend = (publicAPI: object, model: PropModel, initialValues: object): void => {
    Object.assign(model, initialValues);
    vtkProp.extend(publicAPI, model, initialValues);
    model.classHierarchy.push(PROP_CLASS);
    Object.assign(publicAPI, { getDrawing: () => model.drawing() });
  };
  const create = macro.newInstance(extend as never, PROP_CLASS) as (initialValues: object) => Prop;
  return create({ drawing });
}

interface ShaderProgram {
  setUniformi(name: string, value: number): boolean;
  setUniform2f(name: string, x: number, y: number): boolean;
  setUniform3f(name: string, x: number, y: number, z: number): boolean;
  setUniform4f(name: string, x: number, y: number, z: number, w: number): boolean;
}

interface NodeModel {
  classHierarchy: string[];
  renderable: { getDrawing(): GreyDrawing | undefined } | null;
}

interface NodeApi {
  getLastAncestorOfType(type: string): {
    getContext(): WebGL2RenderingContext;
    getShaderCache(): { readyShaderProgramArray(vertex: string, fragment: string, geometry: string): ShaderProgram | null };
  } | null;
}

function extendNode(publicAPI: NodeApi, model: NodeModel, initialValues: object): void {
  vtkViewNode.extend(publicAPI, model, initialValues);
  model.classHierarchy.push('alternatorOpenGLGreyImage');
  Object.assign(publicAPI, {
    queryPass(prepass: boolean, pass: { incrementOpaqueActorCount(): void }) {
      if (prepass && model.renderable?.getDrawing() !== undefined) pass.incrementOpaqueActorCount();
    },
    opaquePass(prepass: boolean) {
      const drawing = prepass ? model.renderable?.getDrawing() : undefined;
      if (drawing !== undefined) drawGrey(publicAPI, drawing);
    },
  });
}

/** Draws through vtk.js's shader cache, so that its notion of the bound program stays true. */
function drawGrey(publicAPI: NodeApi, drawing: GreyDrawing): void {
  const view = publicAPI.getLastAncestorOfType('vtkOpenGLRenderWindow');
  const fragment =
    drawing.kind === 'plane' ? resliceFragmentShader(drawing.format, drawing.place, drawing.reslice) : imageFragmentShader(drawing.format, drawing.place);
  const program = view?.getShaderCache().readyShaderProgramArray(GREY_VERTEX_SHADER, fragment, '');
  if (view === null || program === null || program === undefined) throw new Error('the image shader does not compile on this GPU');
  const gl = view.getContext();
  bind(gl, LEVELS_UNIT, gl.TEXTURE_2D, drawing.levels);
  if (drawing.kind === 'plane') {
    bind(gl, VOLUME_UNIT, gl.TEXTURE_3D, drawing.volume);
    bind(gl, PRESENT_UNIT, gl.TEXTURE_2D, drawing.present);
    setResliceUniforms(settersOf(program), drawing.place, drawing.reslice);
  } else {
    bind(gl, STORED_UNIT, gl.TEXTURE_2D, drawing.stored);
    if (drawing.mask !== undefined) bind(gl, MASK_UNIT, gl.TEXTURE_2D, drawing.mask);
    setGreyUniforms(settersOf(program), drawing.place);
  }
  gl.disable(gl.BLEND);
  gl.disable(gl.DEPTH_TEST);
  gl.bindVertexArray(null);
  gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  gl.enable(gl.DEPTH_TEST);
  gl.enable(gl.BLEND);
}

function bind(gl: WebGL2RenderingContext, unit: number, target: number, texture: WebGLTexture): void {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(target, texture);
}

function settersOf(program: ShaderProgram): UniformSetter {
  return {
    set1i: (name, value) => void program.setUniformi(name, value),
    set2f: (name, x, y) => void program.setUniform2f(name, x, y),
    set3f: (name, x, y, z) => void program.setUniform3f(name, x, y, z),
    set4f: (name, x, y, z, w) => void program.setUniform4f(name, x, y, z, w),
  };
}

/** Tells vtk.js which node draws the prop. May be called again: the entry is the same. */
export function registerGreyImageNode(): void {
  registerOverride(PROP_CLASS, macro.newInstance(extendNode as never, 'alternatorOpenGLGreyImage') as () => object);
}
