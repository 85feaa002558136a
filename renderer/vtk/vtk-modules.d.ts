/** Modules of vtk.js that ship without types: only what is used of them. */
declare module '@kitware/vtk.js/Rendering/OpenGL/ViewNodeFactory' {
  export function registerOverride(className: string, create: () => object): void;
}
declare module '@kitware/vtk.js/Rendering/SceneGraph/ViewNode' {
  const vtkViewNode: { extend(publicAPI: object, model: object, initialValues?: object): void };
  export default vtkViewNode;
}
declare module '@kitware/vtk.js/Rendering/Core/Prop' {
  const vtkProp: { extend(publicAPI: object, model: object, initialValues?: object): void };
  export default vtkProp;
}
declare module '@kitware/vtk.js/Rendering/OpenGL/Renderer';
declare module '@kitware/vtk.js/Rendering/OpenGL/Camera';
