import type { RetrieveChoice, RetrieveWay } from '@shared/domain';
import type { RemoteObject } from './plan-retrieve';

/** Objects that are fetched by each way to measure it: enough that an association more or less counts little. */
const SAMPLE = 24;
/** Only when most of the study is still to come afterwards. */
const REST = 2;

export interface MeasureParts {
  readonly ways: readonly RetrieveWay[];
  /** Objects that are wanted anyway, in their order. */
  readonly lacking: readonly RemoteObject[];
  readonly monotonic: () => number;
  readonly nowMs: number;
  /** Fetches these; resolves with how many bytes of them came, and why not all when some did not. */
  fetch(way: RetrieveWay, objects: readonly RemoteObject[]): Promise<{ readonly bytes: number; readonly problem: string | undefined }>;
}

/** Undefined: there is nothing to choose, or too little to fetch to tell them apart. */
export function samplesOf({ ways, lacking }: Pick<MeasureParts, 'ways' | 'lacking'>): ReadonlyMap<RetrieveWay, readonly RemoteObject[]> | undefined {
  // one series, so that every way brings the same kind of object
  const series = new Map<string, RemoteObject[]>();
  for (const object of lacking) series.set(object.SeriesInstanceUID, [...(series.get(object.SeriesInstanceUID) ?? []), object]);
  const longest = [...series.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  if (ways.length < 2 || longest.length < ways.length * SAMPLE * REST) return undefined;
  return new Map(ways.map((way, index) => [way, longest.slice(index * SAMPLE, (index + 1) * SAMPLE)]));
}

/**
 * Fetches a part of what is wanted by each way, one after the other, and chooses the one with the most bytes a second. Nothing is fetched that was not wanted. A way that does not bring all of its part
 * is not chosen; undefined: none did.
 */
export async function measureWays(parts: MeasureParts): Promise<RetrieveChoice | undefined> {
  const samples = samplesOf(parts);
  if (samples === undefined) return undefined;
  const rates: RetrieveChoice['rates'] = [];
  for (const [by, objects] of samples) {
    const began = parts.monotonic();
    const { bytes, problem } = await parts.fetch(by, objects);
    const seconds = Math.max(0.001, (parts.monotonic() - began) / 1000);
    rates.push(problem === undefined ? { by, bytesPerSecond: Math.round(bytes / seconds) } : { by, problem: problem.slice(0, 500) });
  }
  const best = rates.filter((rate) => rate.bytesPerSecond !== undefined).sort((a, b) => (b.bytesPerSecond ?? 0) - (a.bytesPerSecond ?? 0))[0];
  return best === undefined ? undefined : { by: best.by, at: new Date(parts.nowMs).toISOString(), rates };
}
