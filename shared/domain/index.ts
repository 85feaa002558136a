export * from './ids';
export * from './study';
export * from './display-set';
export * from './job';
export * from './node';
export * from './instance';
export * from './build-display-sets';
export * from './spacing-basis';
