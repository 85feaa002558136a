export * from './writer';
export * from './sample';
export * from './functional-groups';
