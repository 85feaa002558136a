import { type FileHandle, open } from 'node:fs/promises';

/** The bytes of one object in order, from a file or from an archive's entry. */
export interface ByteSource {
  /** Length in bytes as it is told before reading; the reader stops there. */
  readonly size: number;
  /** The next bytes, `length` of them but at the end; empty behind the end. Rejects with what went wrong. */
  read(length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A file, opened for reading only. Rejects when it cannot be opened or is no regular file any more. */
export async function openFileSource(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r');
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw Object.assign(new Error('not a file'), { code: 'ENOENT' });
    return new FileSource(handle, stats.size);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

class FileSource implements ByteSource {
  private at = 0;

  constructor(
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  async read(length: number): Promise<Uint8Array> {
    const buffer = Buffer.allocUnsafeSlow(Math.min(length, this.size - this.at));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await this.handle.read(buffer, filled, buffer.length - filled, this.at);
      if (bytesRead === 0) break;
      filled += bytesRead;
      this.at += bytesRead;
    }
    return buffer.subarray(0, filled);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
