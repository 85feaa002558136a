export * from './orientation';
export * from './slice-order';
export * from './vector';
export * from './view-transform';
