import { dot, type PlaneAxes, SAME_PLACE_MM } from '../geometry';
import type { FrameGroup } from './frame-group';
import type { FrameItem } from './frame-items';

type Untimed = Pick<FrameGroup, 'key' | 'items' | 'values' | 'axes'>;

/** More positions in time (a functional series) or more slices than this stay one set. */
const MAX_PARTS = 64;

/**
 * Several volumes in one group are split: phases of the heart into one loop a slice, other positions in time into one stack each. All at one place is a series
 * in time and stays whole. Where there are too many, the volumes stay one set, one after the other.
 */
export function splitByTime(group: Untimed): FrameGroup[] {
  const whole: FrameGroup = { ...group, timeWords: '', byVolume: false };
  if (group.items.length < 2) return [whole];
  const places = placesOf(group.items, group.axes);
  if (places === undefined) return byTemporal(whole, undefined);
  const count = new Set(places).size;
  if (count > 1 && count <= MAX_PARTS && isHeart(group.items, places, count)) return byPlace(whole, places);
  return byTemporal(whole, count);
}

/** Number of the place of each frame, counted along the normal; undefined when frames have no place. */
function placesOf(items: readonly FrameItem[], axes: PlaneAxes | undefined): number[] | undefined {
  if (axes === undefined || items.some((item) => item.positionLps === undefined)) return undefined;
  const distances = items.map((item) => (item.positionLps === undefined ? 0 : dot(item.positionLps, axes.normalLps)));
  const order = distances.map((_, index) => index).sort((left, right) => (distances[left] ?? 0) - (distances[right] ?? 0));
  const places = new Array<number>(items.length).fill(0);
  let place = 0;
  order.forEach((index, at) => {
    const before = order[at - 1];
    if (before !== undefined && (distances[index] ?? 0) - (distances[before] ?? 0) > SAME_PLACE_MM) place++;
    places[index] = place;
  });
  return places;
}

/** Each place several times, each time at another moment of the heart's cycle. A bare Trigger Time is no such moment where temporal positions are numbered. */
function isHeart(items: readonly FrameItem[], places: readonly number[], count: number): boolean {
  if (items.length < 2 * count || items.some((item) => !Number.isFinite(item.phase))) return false;
  const isGated = items.every(({ said }) => said.NominalCardiacTriggerDelayTime !== undefined || said.TimeSlot !== undefined);
  if (!isGated && new Set(items.map((item) => item.temporal)).size > 1) return false;
  const moments = new Set(items.map((item, index) => `${places[index] ?? 0}|${item.phase}`));
  return moments.size === items.length;
}

function byPlace(group: FrameGroup, places: readonly number[]): FrameGroup[] {
  return parts(group, (_, index) => String(places[index] ?? 0)).map((part) => {
    const along = part.items[0]?.positionLps === undefined || group.axes === undefined ? 0 : dot(part.items[0].positionLps, group.axes.normalLps);
    return { ...part, timeWords: `slice at ${(Math.round(along * 10) / 10).toFixed(1)} mm` };
  });
}

function byTemporal(group: FrameGroup, places: number | undefined): FrameGroup[] {
  const times = new Set(group.items.map((item) => item.temporal));
  if (times.size < 2 || places === 1) return [group];
  // Each frame at a time of its own: a series in time, or numbers that say nothing. Phases of NM without places are one, too.
  if (times.size === group.items.length && group.items.length > 2) return [group];
  if (places === undefined && group.items[0]?.said.Phase !== undefined) return [group];
  if (times.size > MAX_PARTS) return [{ ...group, byVolume: true }];
  return parts(group, (item) => String(item.temporal)).map((part) => {
    const time = part.items[0]?.temporal ?? NaN;
    return { ...part, timeWords: Number.isNaN(time) ? 'no temporal position' : `time ${time}` };
  });
}

/** The part with the image that came first keeps the key of the whole: a set that is on a screen stays what it is when a second part arrives. */
function parts(group: FrameGroup, partOf: (item: FrameItem, index: number) => string): FrameGroup[] {
  const found = new Map<string, FrameItem[]>();
  group.items.forEach((item, index) => {
    const part = partOf(item, index);
    const known = found.get(part);
    if (known === undefined) found.set(part, [item]);
    else known.push(item);
  });
  return [...found.values()].map((items, index) => ({ ...group, items, key: index === 0 ? group.key : `${group.key}\u0001${partKey(items)}` }));
}

/** What of a part does not change while others arrive: its time, or its place. */
function partKey(items: readonly FrameItem[]): string {
  const first = items[0];
  const place = first?.positionLps?.map((value) => value.toFixed(1)).join(',') ?? '';
  return `${first?.temporal ?? ''}|${place}`;
}
