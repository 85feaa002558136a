/** What the central directory says of one entry; nothing of it is believed before it is checked. */
export interface ZipEntryFacts {
  readonly name: string;
  /** Bytes in the archive. */
  readonly compressedSize: number;
  /** Bytes that come out. */
  readonly size: number;
  /** Where its local header stands, bytes from the start of the archive. */
  readonly offset: number;
  readonly isEncrypted: boolean;
  /** Stored or deflated: the two methods that are read. */
  readonly isReadable: boolean;
}

export interface ZipLimits {
  readonly entries: number;
  readonly totalBytes: number;
  /** Beyond `ratioFromBytes` the whole archive may expand so many times at most. Images compress 2 to 5 times, empty ones some hundred times. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
}

export const ZIP_LIMITS: ZipLimits = { entries: 200_000, totalBytes: 2 ** 36, ratio: 200, ratioFromBytes: 2 ** 28 };

/** Fixed part of a local file header (APPNOTE 4.3.7). */
const LOCAL_HEADER_BYTES = 30;

/**
 * Why an archive is not opened at all, from its directory alone and before a byte is inflated; undefined when it may be. Entries that share bytes are
 * how an archive of megabytes becomes petabytes without nesting: they are refused whatever their ratio.
 */
export function archiveProblem(entries: readonly ZipEntryFacts[], archiveBytes: number, limits: ZipLimits = ZIP_LIMITS): string | undefined {
  if (entries.length > limits.entries) return `more than ${limits.entries} entries`;
  let total = 0;
  for (const { size } of entries) total += size;
  if (total > limits.totalBytes) return `it would expand to ${gigabytes(total)} GB, more than the ${gigabytes(limits.totalBytes)} GB that are taken`;
  if (total > limits.ratioFromBytes && total > archiveBytes * limits.ratio)
    return `it would expand ${Math.round(total / Math.max(1, archiveBytes))} times: a decompression bomb`;
  let end = 0;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset < end) return 'its entries share the same bytes: a decompression bomb';
    end = entry.offset + LOCAL_HEADER_BYTES + entry.compressedSize;
  }
  return end > archiveBytes ? 'its directory points behind its end: it is damaged or cut short' : undefined;
}

/** Why one entry is not read; undefined when it may be. Its name is never used as a path: a name that climbs is a sign of ill will. */
export function entryProblem({ name, isEncrypted, isReadable }: ZipEntryFacts): string | undefined {
  const parts = name.split(/[\\/]/);
  if (parts.includes('..') || /^([\\/]|[A-Za-z]:)/.test(name) || name.includes('\0')) return 'its name points outside of the archive';
  if (isEncrypted) return 'encrypted: unpack it with its password first';
  if (!isReadable) return 'compressed by a method that is not read: unpack it first';
  if (/\.(zip|7z|rar|tar|t?gz|bz2|xz)$/i.test(name)) return 'an archive inside an archive is not opened: unpack it first';
  return undefined;
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0);
}
