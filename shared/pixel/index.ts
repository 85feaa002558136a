export * from './decode-frame';
export * from './stored-format';
