/** Structured log: fields for data, fixed text for grep. No patient's name, id or birth date; UIDs through `shortUid` of shared/dicom. */
export interface Logger {
  debug(fields: Record<string, unknown>, text: string): void;
  info(fields: Record<string, unknown>, text: string): void;
  warn(fields: Record<string, unknown>, text: string): void;
  error(fields: Record<string, unknown>, text: string): void;
  child(fields: Record<string, unknown>): Logger;
}

/** For tests that do not look at the log. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
