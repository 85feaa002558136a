export * from './decode-frame';
export * from './stored-format';
export * from './transfer-syntax';
