/** Structured log: fields for data, fixed text for grep. No patient's name, id or birth date; UIDs through `shortUid`. */
export interface Logger {
  debug(fields: Record<string, unknown>, text: string): void;
  info(fields: Record<string, unknown>, text: string): void;
  warn(fields: Record<string, unknown>, text: string): void;
  error(fields: Record<string, unknown>, text: string): void;
  child(fields: Record<string, unknown>): Logger;
}

/** The last 12 characters of a UID: enough to find it, too few to name a study outside. */
export function shortUid(uid: string): string {
  return uid.length <= 12 ? uid : `…${uid.slice(-12)}`;
}

/** For tests that do not look at the log. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
