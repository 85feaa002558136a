const PAGE_BYTES = 65_536;
const MEMORY_SECTION = 5;

/**
 * The WASM binary with the maximum of its own memory lowered to `maxBytes` (the limit stands in the binary's memory section: WebAssembly core 5.5.8), so that
 * the engine refuses growth beyond it. Throws when the bytes are no module with one memory of its own.
 */
export function withMemoryLimit(wasm: Uint8Array<ArrayBuffer>, maxBytes: number): Uint8Array<ArrayBuffer> {
  if (wasm.length < 8 || new DataView(wasm.buffer, wasm.byteOffset).getUint32(0, true) !== 0x6d736100) throw new Error('the codec module is no WebAssembly');
  for (let at = 8; at < wasm.length;) {
    const id = wasm[at] ?? 0;
    const size = readLeb(wasm, at + 1);
    const end = size.next + size.value;
    if (id === MEMORY_SECTION) {
      const section = limitedMemory(wasm, size.next, maxBytes);
      const out = new Uint8Array(at + section.length + wasm.length - end);
      out.set(wasm.subarray(0, at));
      out.set(section, at);
      out.set(wasm.subarray(end), at + section.length);
      return out;
    }
    at = end;
  }
  throw new Error('the codec module has no memory of its own');
}

function limitedMemory(wasm: Uint8Array, at: number, maxBytes: number): number[] {
  const count = readLeb(wasm, at);
  const flags = wasm[count.next] ?? 0;
  if (count.value !== 1 || flags > 1) throw new Error('the memory of the codec module is of an unknown kind');
  const least = readLeb(wasm, count.next + 1);
  const declared = flags === 1 ? readLeb(wasm, least.next).value : 65_536;
  const most = Math.max(least.value, Math.min(declared, Math.floor(maxBytes / PAGE_BYTES)));
  const body = [1, 1, ...leb(least.value), ...leb(most)];
  return [MEMORY_SECTION, ...leb(body.length), ...body];
}

function readLeb(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at };
  }
  throw new Error('the codec module is cut short');
}

function leb(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    out.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return out;
}
