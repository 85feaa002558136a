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

/** Both runtimes have `atob`; the types of neither are known in `shared`. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  const { atob } = globalThis as unknown as { readonly atob: (text: string) => string };
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
