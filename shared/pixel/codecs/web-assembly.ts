/** A compiled module; opaque here. */
export interface WasmModule {
  readonly wasmModule?: never;
}

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** The part of WebAssembly that is used. Both runtimes have it; the types of neither are known in `shared`. */
interface WasmApi {
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<WasmModule>;
  readonly Instance: new (module: WasmModule, imports: Readonly<Record<string, object>>) => { readonly exports: unknown };
}

export function webAssembly(): WasmApi {
  return (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;
}
