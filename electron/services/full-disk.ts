const CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);

/**
 * What was asked of the disk has failed for want of room, and is undone (SQLite rolls back, files are written beside their place). A process that ended over it would meet
 * the same disk at its next start: it is told in the log and the work goes on, as every store does by its answer (reliability B15, B16).
 */
export function isFullDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && CODES.has(error.code);
}
