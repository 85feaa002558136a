import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { QuarantineItem } from '@shared/domain';
import { z } from 'zod';
import type { Logger } from '../logging/logger';
import { errorCode } from './checkpoint-task';
import type { FileLayer } from './file-layer';
import type { Listeners } from './listeners';
import type { CacheOptions } from './options';
import { renamePatiently } from './rename';
import type { ObjectSource } from './types';

export interface QuarantineFacts {
  readonly reason: string;
  readonly SOPInstanceUID: string;
  readonly StudyInstanceUID: string;
  readonly source: ObjectSource | undefined;
  readonly sizeBytes: number;
  /** It was acknowledged once: no bound throws it away, and it is on the disk to stay when it is told. */
  readonly wasTaken?: boolean;
  /** Nobody could see whether its bytes are sound: no age throws it away. */
  readonly isKept?: boolean;
}

/** As it stands in the folder. */
const KeptItem = QuarantineItem.extend({ isKept: z.boolean().optional() });

const EXPIRES_MS = 30 * 86_400_000;

/**
 * What is not shown but not thrown away either: `<id>.dcm` with the bytes, `<id>.json` with the reason. Bounded in age, and for what was refused in count and bytes. The
 * reason goes first: a cut leaves one without bytes, which the next start removes, never bytes that nothing lists.
 */
export class Quarantine {
  private readonly items = new Map<string, QuarantineItem>();
  private bytes = 0;

  constructor(
    private readonly files: FileLayer,
    private readonly folder: string,
    private readonly options: CacheOptions,
    private readonly now: () => number,
    private readonly log: Logger,
    private readonly listeners: Listeners<QuarantineItem>,
    private readonly onStudy: (StudyInstanceUID: string, count: number, reason: string) => void,
  ) {}

  /** Reads what stands there; removes what is older than 30 days, unless it is kept. */
  async load(): Promise<void> {
    const { async: files } = this.files;
    for (const name of await files.list(this.folder)) {
      if (!name.endsWith('.json')) continue;
      const read = await this.readItem(join(this.folder, name));
      if (read === undefined) continue;
      const { isKept = false, ...item } = read;
      if ((!isKept && this.now() - Date.parse(item.at) > EXPIRES_MS) || !(await files.exists(this.bytesPath(item.id)))) await this.remove(item.id);
      else this.keep(item);
    }
  }

  list(): QuarantineItem[] {
    return [...this.items.values()].sort((a, b) => b.at.localeCompare(a.at));
  }

  /** Of all items together. */
  get sizeBytes(): number {
    return this.bytes;
  }

  /** File of an item; undefined when there is none of that name. */
  pathOf(id: string): string | undefined {
    return this.items.has(id) ? this.bytesPath(id) : undefined;
  }

  /** Objects of a study that stand here. */
  countOf(StudyInstanceUID: string): number {
    return [...this.items.values()].filter((item) => item.StudyInstanceUID === StudyInstanceUID).length;
  }

  /** Tells the study's row how many of its objects stand here. */
  mark(StudyInstanceUID: string, reason: string): void {
    if (StudyInstanceUID !== '') this.onStudy(StudyInstanceUID, this.countOf(StudyInstanceUID), reason);
  }

  /** Keeps a copy of bytes that were refused. Undefined when they could not be kept; the refusal stands all the same. */
  add(bytes: readonly Uint8Array[], facts: QuarantineFacts): Promise<string | undefined> {
    return this.take(facts, (path) => this.write(path, bytes, facts));
  }

  /** Moves a file here. */
  adopt(file: string, facts: QuarantineFacts): Promise<string | undefined> {
    return this.take(facts, (path) => renamePatiently(this.files.async, file, path));
  }

  private async take(facts: QuarantineFacts, put: (path: string) => Promise<void>): Promise<string | undefined> {
    const isFull = this.items.size >= this.options.quarantineItems || this.bytes + facts.sizeBytes > this.options.quarantineBytes;
    if (isFull && facts.wasTaken !== true) {
      this.log.warn({ items: this.items.size }, 'quarantine full, bytes not kept');
      return undefined;
    }
    const at = this.now();
    const id = `${at.toString(36)}-${randomBytes(4).toString('hex')}`;
    const item: QuarantineItem = {
      id,
      at: new Date(at).toISOString(),
      reason: facts.reason,
      SOPInstanceUID: facts.SOPInstanceUID,
      StudyInstanceUID: facts.StudyInstanceUID,
      from: sourceText(facts.source),
      sizeBytes: facts.sizeBytes,
    };
    this.keep(item);
    try {
      await this.write(this.reasonPath(id), [Buffer.from(JSON.stringify({ ...item, ...(facts.isKept === true && { isKept: true }) }), 'utf8')], facts);
      if (facts.wasTaken === true) await this.files.async.fsyncDir(this.folder);
      await put(this.bytesPath(id));
    } catch (error) {
      this.items.delete(id);
      this.bytes -= item.sizeBytes;
      await this.remove(id);
      this.log.error({ code: errorCode(error) }, 'quarantine cannot be written');
      return undefined;
    }
    this.listeners.tell(item);
    this.mark(item.StudyInstanceUID, item.reason);
    return id;
  }

  private async write(path: string, bytes: readonly Uint8Array[], { wasTaken = false }: QuarantineFacts): Promise<void> {
    const { async: files } = this.files;
    const handle = await files.open(path, 'w');
    try {
      let at = 0;
      for (const piece of bytes) {
        await files.write(handle, piece, at);
        at += piece.length;
      }
      if (wasTaken) await files.fsync(handle);
    } finally {
      await files.close(handle);
    }
  }

  private async remove(id: string): Promise<void> {
    for (const path of [this.bytesPath(id), this.reasonPath(id)]) await this.files.async.unlink(path).catch(() => undefined);
  }

  private bytesPath(id: string): string {
    return join(this.folder, `${id}.dcm`);
  }

  private reasonPath(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  private keep(item: QuarantineItem): void {
    this.items.set(item.id, item);
    this.bytes += item.sizeBytes;
  }

  private async readItem(path: string): Promise<z.infer<typeof KeptItem> | undefined> {
    const handle = await this.files.async.open(path, 'r');
    try {
      const bytes = new Uint8Array(Math.min(65_536, await this.files.async.size(handle)));
      await this.files.async.read(handle, bytes, 0);
      return KeptItem.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
    } catch {
      return undefined; // cut while it was written: the object was refused anyway
    } finally {
      await this.files.async.close(handle);
    }
  }
}

export function sourceText(source: ObjectSource | undefined): string {
  if (source === undefined) return '';
  if (source.kind === 'association') return `${source.callingAeTitle}@${source.host}`;
  if (source.kind === 'web') return `${source.node} (${source.host})`;
  if (source.kind === 'authored') return `made here by ${source.by}`;
  return source.kind === 'import' ? source.name : 'demo';
}
