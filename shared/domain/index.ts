export * from './ids';
export * from './study';
export * from './display-set';
export * from './job';
export * from './node';
