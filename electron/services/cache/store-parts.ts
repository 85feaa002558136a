import type { InstanceAttributes, PixelLayout } from '../part10';
import type { Index } from '../index';
import type { Logger } from '../logging/logger';
import type { BufferPool } from './buffer-pool';
import type { Checkpointer } from './checkpointer';
import type { DiskGuard } from './disk-guard';
import type { CacheEvents } from './events';
import type { FileLayer } from './file-layer';
import type { Journal } from './journal';
import type { Layout } from './layout';
import type { CacheOptions } from './options';
import type { Quarantine } from './quarantine';
import type { ObjectReader } from './object-reader';
import type { RowWriter } from './row-writer';
import type { Shelf } from './shelf';

/** What the writers of objects share. */
export interface StoreParts {
  readonly files: FileLayer;
  readonly layout: Layout;
  readonly options: CacheOptions;
  readonly log: Logger;
  readonly now: () => number;
  readonly index: Index;
  readonly journal: Journal;
  readonly shelf: Shelf;
  readonly rows: RowWriter;
  readonly checkpointer: Checkpointer;
  readonly quarantine: Quarantine;
  readonly reader: ObjectReader;
  readonly buffers: BufferPool;
  readonly disk: DiskGuard;
  readonly events: CacheEvents;
  isClosed(): boolean;
}

/** What the walk found and the checks accepted. */
export interface WalkedObject {
  readonly attributes: InstanceAttributes;
  readonly pixel: PixelLayout;
}
