import { dirname, basename } from 'node:path';
import { asAsync } from '../../electron/services/cache/node-files';
import type { FileLayer, Handle, SyncFiles } from '../../electron/services/cache';

/** Thrown by the call at which the power goes, and by every later one. */
export class PowerCut extends Error {
  constructor() {
    super('power cut');
  }
}

type Change = { readonly kind: 'write'; readonly at: number; readonly bytes: Uint8Array } | { readonly kind: 'truncate'; readonly length: number };

interface FileNode {
  readonly kind: 'file';
  /** What a reader sees. */
  cached: Uint8Array;
  /** What is on the platter. */
  durable: Uint8Array;
  pending: Change[];
}

interface FolderNode {
  readonly kind: 'folder';
  readonly cached: Map<string, Node>;
  durable: Map<string, Node>;
}

type Node = FileNode | FolderNode;

/** A change of names that no folder sync has covered. A rename is one change of two folders: journaling file systems keep it whole. */
interface NameChange {
  readonly folders: readonly FolderNode[];
  apply(): void;
}

export interface DiskOptions {
  /** Cuts the power at this mutating call, counted from 1. */
  readonly cutAt?: number;
  /** Turns a sync into a no-op: to prove that the test notices. `call` is `fsync`, `fdatasync`, `fsyncDir` or `mkdirs`. */
  readonly ignore?: (call: string, path: string) => boolean;
}

export type Survival = 'nothing' | 'everything' | ((chance: number) => boolean);

const SECTOR = 512;

/**
 * A disk in memory that keeps only what was synced. File contents need fsync or fdatasync of the file; names need fsyncDir of their folder. What is not covered may
 * survive in any subset, torn at sectors.
 */
export class LostWriteDisk {
  private readonly root: FolderNode;
  private readonly handles = new Map<Handle, { node: FileNode; path: string }>();
  private nameChanges: NameChange[] = [];
  private nextHandle = 1;
  private isOff = false;
  /** Mutating calls so far. */
  calls = 0;
  readonly layer: FileLayer;

  constructor(
    private readonly options: DiskOptions = {},
    root?: FolderNode,
  ) {
    this.root = root ?? folder();
    const sync = this.syncFiles();
    this.layer = { sync, async: asAsync(sync) };
  }

  /** The disk as the next start finds it. */
  afterCut(survives: Survival, options: DiskOptions = {}): LostWriteDisk {
    this.isOff = true;
    const kept = (chance: number) => (survives === 'nothing' ? false : survives === 'everything' ? true : survives(chance));
    for (const change of this.nameChanges) if (kept(0.5)) change.apply();
    const copies = new Map<FileNode, FileNode>();
    const copy = (node: Node): Node => {
      if (node.kind === 'folder') {
        const entries = new Map([...node.durable].map(([name, child]) => [name, copy(child)] as const));
        return { kind: 'folder', cached: entries, durable: new Map(entries) };
      }
      const known = copies.get(node);
      if (known !== undefined) return known;
      const bytes = remains(node, kept);
      const fresh: FileNode = { kind: 'file', cached: bytes, durable: bytes.slice(), pending: [] };
      copies.set(node, fresh);
      return fresh;
    };
    return new LostWriteDisk(options, copy(this.root) as FolderNode);
  }

  /** The disk after the process was killed: what was written is there, synced or not. */
  afterKill(options: DiskOptions = {}): LostWriteDisk {
    this.isOff = true;
    const disk = new LostWriteDisk(options, this.root);
    disk.nameChanges = this.nameChanges;
    return disk;
  }

  private mutate(): void {
    if (this.isOff) throw new PowerCut();
    this.calls++;
    if (this.calls === this.options.cutAt) this.isOff = true;
  }

  /** The call at which the power goes has been handed to the system, but never returns. */
  private settle(): void {
    if (this.isOff) throw new PowerCut();
  }

  private find(path: string): Node | undefined {
    let node: Node | undefined = this.root;
    for (const name of path.split('/').filter((part) => part !== '')) node = node?.kind === 'folder' ? node.cached.get(name) : undefined;
    return node;
  }

  private parent(path: string): FolderNode {
    const node = this.find(dirname(path));
    if (node?.kind !== 'folder') throw systemError('ENOENT', path);
    return node;
  }

  private file(handle: Handle): FileNode {
    const open = this.handles.get(handle);
    if (open === undefined) throw systemError('EBADF', String(handle));
    return open.node;
  }

  private changeNames(folders: readonly FolderNode[], change: (entries: (of: FolderNode) => Map<string, Node>) => void): void {
    change((of) => of.cached);
    this.nameChanges.push({ folders, apply: () => change((of) => of.durable) });
  }

  private syncNames(node: FolderNode): void {
    // a journal is written in order: what was asked for before is there too
    let last = -1;
    this.nameChanges.forEach((change, index) => {
      if (change.folders.includes(node)) last = index;
    });
    const rest: NameChange[] = [];
    this.nameChanges.forEach((change, index) => {
      if (index <= last && change.folders.includes(node)) change.apply();
      else rest.push(change);
    });
    this.nameChanges = rest;
  }

  private syncContent(handle: Handle, call: string): void {
    this.mutate();
    this.settle();
    const { node, path } = this.handles.get(handle) ?? { node: this.file(handle), path: '' };
    if (this.options.ignore?.(call, path) === true) return;
    node.durable = node.cached.slice();
    node.pending = [];
  }

  private syncFiles(): SyncFiles {
    return {
      open: (path, flags) => this.open(path, flags),
      close: (handle) => void this.handles.delete(handle),
      write: (handle, data, position) => {
        this.mutate();
        const node = this.file(handle);
        const bytes = data.slice();
        node.cached = applied(node.cached, { kind: 'write', at: position, bytes });
        node.pending.push({ kind: 'write', at: position, bytes });
        this.settle();
      },
      read: (handle, into, position) => {
        this.settle();
        const piece = this.file(handle).cached.subarray(position, position + into.length);
        into.set(piece);
        return piece.length;
      },
      fdatasync: (handle) => this.syncContent(handle, 'fdatasync'),
      fsync: (handle) => this.syncContent(handle, 'fsync'),
      truncate: (handle, length) => {
        this.mutate();
        const node = this.file(handle);
        node.cached = applied(node.cached, { kind: 'truncate', length });
        node.pending.push({ kind: 'truncate', length });
        this.settle();
      },
      size: (handle) => this.file(handle).cached.length,
      rename: (from, to) => {
        this.mutate();
        const [source, target] = [this.parent(from), this.parent(to)];
        const node = source.cached.get(basename(from));
        if (node === undefined) throw systemError('ENOENT', from);
        this.changeNames([source, target], (entries) => {
          entries(source).delete(basename(from));
          entries(target).set(basename(to), node);
        });
        this.settle();
      },
      unlink: (path) => {
        this.mutate();
        const parent = this.parent(path);
        if (!parent.cached.has(basename(path))) throw systemError('ENOENT', path);
        this.changeNames([parent], (entries) => void entries(parent).delete(basename(path)));
        this.settle();
      },
      mkdirs: (path) => this.mkdirs(path),
      fsyncDir: (path) => {
        this.mutate();
        this.settle();
        const node = this.find(path);
        if (node?.kind !== 'folder') throw systemError('ENOENT', path);
        if (this.options.ignore?.('fsyncDir', path) !== true) this.syncNames(node);
      },
      list: (path) => {
        this.settle();
        const node = this.find(path);
        return node?.kind === 'folder' ? [...node.cached.keys()] : [];
      },
      exists: (path) => {
        this.settle();
        return this.find(path) !== undefined;
      },
      freeBytes: () => ({ free: 2 ** 40, total: 2 ** 41 }),
    };
  }

  private open(path: string, flags: 'r' | 'r+' | 'w' | 'wx'): Handle {
    this.settle();
    let node = this.find(path);
    if (node?.kind === 'folder') throw systemError('EISDIR', path);
    if (flags === 'wx' && node !== undefined) throw systemError('EEXIST', path);
    if (node === undefined) {
      if (flags === 'r' || flags === 'r+') throw systemError('ENOENT', path);
      this.mutate();
      const parent = this.parent(path);
      const created: FileNode = { kind: 'file', cached: new Uint8Array(0), durable: new Uint8Array(0), pending: [] };
      this.changeNames([parent], (entries) => void entries(parent).set(basename(path), created));
      node = created;
      this.settle();
    } else if (flags === 'w') {
      this.mutate();
      node.cached = new Uint8Array(0);
      node.pending.push({ kind: 'truncate', length: 0 });
      this.settle();
    }
    const handle = this.nextHandle++;
    this.handles.set(handle, { node, path });
    return handle;
  }

  private mkdirs(path: string): void {
    if (this.find(path) !== undefined || path === '/') return;
    this.mkdirs(dirname(path));
    this.mutate();
    const parent = this.parent(path);
    const made = folder();
    this.changeNames([parent], (entries) => void entries(parent).set(basename(path), made));
    this.settle();
    if (this.options.ignore?.('mkdirs', path) !== true) this.syncNames(parent);
  }
}

function folder(): FolderNode {
  return { kind: 'folder', cached: new Map(), durable: new Map() };
}

function applied(bytes: Uint8Array, change: Change): Uint8Array {
  const length = change.kind === 'truncate' ? change.length : Math.max(bytes.length, change.at + change.bytes.length);
  const out = length === bytes.length ? bytes : new Uint8Array(length);
  if (out !== bytes) out.set(bytes.subarray(0, length));
  if (change.kind === 'write') out.set(change.bytes, change.at);
  return out;
}

/** Content after the cut: each unsynced write survives sector by sector. */
function remains(node: FileNode, kept: (chance: number) => boolean): Uint8Array {
  let bytes: Uint8Array = node.durable.slice();
  for (const change of node.pending) {
    if (change.kind === 'truncate') {
      if (kept(0.5)) bytes = applied(bytes, change);
      continue;
    }
    const whole = kept(0.3);
    for (let from = 0; from < change.bytes.length;) {
      const to = Math.min(change.bytes.length, (Math.floor((change.at + from) / SECTOR) + 1) * SECTOR - change.at);
      if (whole || kept(0.5)) bytes = applied(bytes, { kind: 'write', at: change.at + from, bytes: change.bytes.subarray(from, to) });
      from = to;
    }
  }
  return bytes;
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
