export * from './writer';
export * from './sample';
