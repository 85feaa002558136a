import { asAsync } from '../../electron/services/cache/node-files';
import type { FileLayer, SyncFiles } from '../../electron/services/cache';

export interface Fault {
  readonly call: keyof SyncFiles;
  readonly code: string;
  /** Only paths (or paths of handles) that contain this. */
  readonly path?: string;
  /** First call that fails, counted from 1 among those that fit; and how many. */
  readonly from?: number;
  readonly times?: number;
}

/** A file layer whose calls fail as told. `fail` takes effect at once; `clear` ends all. */
export class FaultLayer {
  readonly layer: FileLayer;
  private faults: (Fault & { seen: number })[] = [];
  private readonly paths = new Map<number, string>();
  freeBytes: number | undefined;

  constructor(inner: FileLayer) {
    const wrapped = Object.fromEntries(
      Object.entries(inner.sync).map(([name, call]: [string, unknown]) => [
        name,
        (...args: unknown[]) => this.invoke(name as keyof SyncFiles, call as Call, args),
      ]),
    ) as unknown as SyncFiles;
    this.layer = { sync: wrapped, async: asAsync(wrapped) };
  }

  fail(fault: Fault): void {
    this.faults.push({ ...fault, seen: 0 });
  }

  clear(): void {
    this.faults = [];
    this.freeBytes = undefined;
  }

  private invoke(name: keyof SyncFiles, call: Call, args: unknown[]): unknown {
    const path = typeof args[0] === 'number' ? (this.paths.get(args[0]) ?? '') : String(args[0]);
    for (const fault of this.faults) {
      if (fault.call !== name || !path.includes(fault.path ?? '')) continue;
      fault.seen++;
      const from = fault.from ?? 1;
      if (fault.seen >= from && fault.seen < from + (fault.times ?? Number.POSITIVE_INFINITY))
        throw Object.assign(new Error(`${fault.code}: injected`), { code: fault.code });
    }
    if (name === 'freeBytes' && this.freeBytes !== undefined) return { free: this.freeBytes, total: 2 ** 40 };
    const result = call(...args);
    if (name === 'open') this.paths.set(result as number, path);
    return result;
  }
}

type Call = (...args: unknown[]) => unknown;
