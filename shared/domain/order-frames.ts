import { dot, orderSlices } from '../geometry';
import type { FrameGroup } from './frame-group';
import type { FrameItem } from './frame-items';

export interface OrderedFrames {
  readonly items: readonly FrameItem[];
  /** Signed distance along the normal in display order; undefined when the stack is not ordered by place. */
  readonly alongNormalMm?: readonly number[];
}

/** Frames of a set in display order: along the normal; volumes one after the other; in time at one place; mixed ones as in the file. */
export function orderFrames(group: FrameGroup): OrderedFrames {
  const { items, axes } = group;
  if (group.mixed === true) return { items };
  if (group.byVolume) return volumeByVolume(group);
  const ordered = orderSlices(
    items.map((item, arrival) => ({ positionLps: item.positionLps, instanceNumber: item.number, time: timeOf(item), arrival })),
    axes?.normalLps,
  );
  const sorted = ordered.order.map((index) => items[index] as FrameItem);
  return ordered.alongNormalMm === undefined ? { items: sorted } : { items: sorted, alongNormalMm: ordered.alongNormalMm };
}

/** Tells frames at one place apart: the moment of the cycle, else the position in time. */
function timeOf({ phase, temporal, said }: FrameItem): number {
  if (Number.isFinite(phase)) return phase;
  if (Number.isFinite(temporal)) return temporal + (said.TimeSlice ?? 0) / 65_536;
  return NaN;
}

function volumeByVolume({ items, axes }: FrameGroup): OrderedFrames {
  const along = (item: FrameItem): number => (axes === undefined || item.positionLps === undefined ? item.number : dot(item.positionLps, axes.normalLps));
  const time = (item: FrameItem): number => (Number.isNaN(item.temporal) ? item.phase : item.temporal);
  const sorted = [...items].sort((left, right) => time(left) - time(right) || along(left) - along(right) || left.frameIndex - right.frameIndex);
  const isPlaced = axes !== undefined && items.every((item) => item.positionLps !== undefined);
  return isPlaced ? { items: sorted, alongNormalMm: sorted.map(along) } : { items: sorted };
}
