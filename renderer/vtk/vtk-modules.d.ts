/** Modules of vtk.js that ship without types: only what is used of them. */
declare module '@kitware/vtk.js/Rendering/OpenGL/ViewNodeFactory' {
  export function registerOverride(className: string, create: () => object): void;
}
declare module '@kitware/vtk.js/Rendering/OpenGL/Renderer';
declare module '@kitware/vtk.js/Rendering/OpenGL/Camera';
