/** A study or a series that may be sent. */
export interface Sendable {
  readonly uid: string;
  readonly name: string;
  readonly images: number;
  readonly testid: string;
}

/** What is told of every sending. */
export const AS_KEPT = 'Sent as they are kept, byte by byte; nothing is converted.';

/** The parts of a name that are known, with this between them. */
export function joined(parts: readonly (string | number)[], between: string): string {
  return parts.filter((part) => part !== '').join(between);
}

export function imagesOf(chosen: readonly Sendable[]): number {
  return chosen.reduce((sum, { images }) => sum + images, 0);
}
