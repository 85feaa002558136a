/**
 * Frame numbers (1-based) as text: `1-12,15`, sorted, without neighbours that could be one range. Numbers outside of 1 to `of` are left out.
 */
export function addFrames(ranges: string, frameNumbers: readonly number[], of: number): string {
  const fresh = frameNumbers.filter((number) => Number.isInteger(number) && number >= 1 && number <= of).map((number): Range => [number, number]);
  const merged: Range[] = [];
  for (const [first, last] of [...rangesOf(ranges), ...fresh].sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged.map(([first, last]) => (first === last ? String(first) : `${String(first)}-${String(last)}`)).join(',');
}

export function countFrames(ranges: string): number {
  return rangesOf(ranges).reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

type Range = [first: number, last: number];

function rangesOf(text: string): Range[] {
  return text
    .split(',')
    .filter((part) => part !== '')
    .map((part): Range => {
      const [first = '', last = first] = part.split('-');
      return [Number(first), Number(last)];
    });
}
