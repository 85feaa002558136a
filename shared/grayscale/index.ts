export * from './default-window';
export * from './display';
export * from './grey-table';
export * from './gsdf';
export * from './lut-table';
export * from './modality';
export * from './stored-value';
export * from './voi';
