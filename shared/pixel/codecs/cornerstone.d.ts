declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const factory: (options: { wasmBinary: Uint8Array<ArrayBuffer>; print: () => void; printErr: () => void }) => Promise<Record<string, unknown>>;
  export default factory;
}

declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const factory: (options: { wasmBinary: Uint8Array<ArrayBuffer>; print: () => void; printErr: () => void }) => Promise<Record<string, unknown>>;
  export default factory;
}
