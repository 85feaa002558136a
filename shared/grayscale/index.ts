export * from './default-window';
export * from './grey-table';
export * from './voi';
