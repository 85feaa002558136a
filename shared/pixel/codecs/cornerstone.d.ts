declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const factory: (options: { wasmBinary: Uint8Array<ArrayBuffer>; print: () => void; printErr: () => void }) => Promise<{
    readonly [className: string]: unknown;
    readonly HEAPU8?: Uint8Array<ArrayBuffer>;
    readonly HEAPU32?: Uint32Array<ArrayBuffer>;
  }>;
  export default factory;
}

declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const factory: (options: { wasmBinary: Uint8Array<ArrayBuffer>; print: () => void; printErr: () => void }) => Promise<{
    readonly [className: string]: unknown;
    readonly HEAPU8?: Uint8Array<ArrayBuffer>;
    readonly HEAPU32?: Uint32Array<ArrayBuffer>;
  }>;
  export default factory;
}
