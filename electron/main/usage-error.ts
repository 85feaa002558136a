/** A wrong flag or value, in words for the terminal. */
export class UsageError extends Error {}

/** What the user typed, safe to show on a terminal. */
export function printable(text: string): string {
  return text.slice(0, 80).replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
}
