import type { DisplaySet, ImageFrame, StackNote, Vector3 } from '@shared/domain';
import {
  add,
  imagePlanes,
  type MprPlaneName,
  type MprPlanes,
  planeInVolume,
  planeOriginLps,
  planeStack,
  type PlaneStack,
  scale,
  slabSamples,
  tiltDeg,
  type VolumeGrid,
  voxelOf,
} from '@shared/geometry';
import { isPadding } from '@shared/grayscale';
import {
  type FeedClock,
  feedVolume,
  type LoadedFrame,
  measuredRange,
  modalityValues,
  type OpenDisplaySet,
  type SetCursor,
  type SliceTarget,
  type VolumeFeed,
  volumeValue,
} from '../../../imaging';
import type { PlaneImage, SlabMode, StageVolume } from '../../../vtk';
import { modalityFrame, planeSet } from './plane-set';

export interface MprParts {
  readonly open: OpenDisplaySet;
  readonly grid: VolumeGrid;
  readonly volume: StageVolume;
  /** The self-test of this GPU found every level of a plane right. */
  readonly isExact: boolean;
  readonly clock: FeedClock;
  /** More slices are here, or something else that is drawn is new. */
  changed(): void;
}

/** Less than this is how positions are written. */
const LEAST_TILT_DEG = 0.5;

export type PlaneStacks = Readonly<Record<MprPlaneName, PlaneStack>>;

/** One volume and the three planes through it. */
export class MprSession {
  readonly source: DisplaySet;
  readonly grid: VolumeGrid;
  planes: MprPlanes;
  stacks: PlaneStacks;
  slabMm = 0;
  mode: SlabMode = 'MAX';
  private readonly like: ImageFrame;
  private readonly feed: VolumeFeed;
  private readonly cursor: SetCursor;
  private sample: LoadedFrame | undefined;

  constructor(private readonly parts: MprParts) {
    const { open, grid } = parts;
    this.source = open.displaySet;
    this.grid = grid;
    const middle = Math.floor(this.source.frames.length / 2);
    const like = this.source.frames[middle];
    if (like === undefined) throw new Error('a volume has images');
    this.like = like;
    this.planes = imagePlanes(grid);
    this.stacks = this.stacksThrough(this.middleLps());
    this.cursor = open.cursor(middle);
    this.feed = feedVolume(open, this.target(), parts.clock, () => parts.changed());
  }

  /** Modality values where only these compare between slices. */
  private target(): SliceTarget {
    const { volume } = this.parts;
    if (volume.modality === undefined) return volume;
    return {
      has: (slice) => volume.has(slice),
      put: (slice, values) => volume.put(slice, modalityValues(this.source.frames[slice] ?? this.like, values)),
    };
  }

  private get isModality(): boolean {
    return this.parts.volume.modality !== undefined;
  }

  /** Centre of the voxel in the middle of the volume. */
  middleLps(): Vector3 {
    const { originLps, iDirectionLps, jDirectionLps, kDirectionLps, spacingMm, size } = this.grid;
    const step = (axis: Vector3, at: 0 | 1 | 2): Vector3 => scale(axis, Math.floor(size[at] / 2) * spacingMm[at]);
    return add(originLps, add(step(iDirectionLps, 0), add(step(jDirectionLps, 1), step(kDirectionLps, 2))));
  }

  /** Turns the planes; one of each goes exactly through the point. */
  lay(planes: MprPlanes, throughLps: Vector3): void {
    this.planes = planes;
    this.stacks = this.stacksThrough(throughLps);
  }

  private stacksThrough(point: Vector3): PlaneStacks {
    const of = (name: MprPlaneName): PlaneStack => planeStack(this.grid, name, this.planes[name], point);
    return { axial: of('axial'), sagittal: of('sagittal'), coronal: of('coronal') };
  }

  setOf(name: MprPlaneName): DisplaySet {
    return planeSet({ source: this.source, like: this.isModality ? modalityFrame(this.like) : this.like, name, stack: this.stacks[name], notes: this.notes() });
  }

  /** What the reader must know of the volume. */
  private notes(): StackNote[] {
    const { volume, isExact } = this.parts;
    const exactness: StackNote[] = isExact ? [] : [{ kind: 'info', text: 'grey levels of planes are not exact on this GPU: for looking, not for reading' }];
    const tilt = tiltDeg(this.grid);
    if (tilt >= LEAST_TILT_DEG) exactness.push({ kind: 'info', text: `tilted stack, ${tilt.toFixed(1)}°` });
    const largest = Math.max(...volume.reduction);
    if (largest === 1) return exactness;
    const words = `reduced: the volume is larger than this GPU's textures, every ${largest === 2 ? 'second' : `${largest}th`} voxel is used`;
    return [...exactness, { kind: 'info', text: words }];
  }

  planeImage(name: MprPlaneName, index: number): PlaneImage {
    const stack = this.stacks[name];
    const inVolume = planeInVolume(this.grid, stack, planeOriginLps(stack, index));
    const slab = slabSamples(this.grid, stack.normalLps, this.slabMm);
    return { volume: this.parts.volume, columns: stack.columns, rows: stack.rows, inVolume, slab: { ...slab, mode: this.shownMode() } };
  }

  /** With a falling rescale the largest modality value is the smallest stored one. */
  private shownMode(): SlabMode {
    if (this.mode === 'mean' || this.isModality || (this.like.rescale?.slope ?? 1) > 0) return this.mode;
    return this.mode === 'MAX' ? 'MIN' : 'MAX';
  }

  /** Stored value, or modality value of a volume of these, that a plane shows at an image point, in double precision; undefined beside the volume, on padding, and where a slice is not in memory. */
  valueAt(name: MprPlaneName, index: number, [column, row]: readonly [number, number]): number | undefined {
    const { grid } = this;
    const stack = this.stacks[name];
    const across = add(scale(stack.rowLps, (column - 0.5) * stack.pixelMm), scale(stack.columnLps, (row - 0.5) * stack.pixelMm));
    const centre = voxelOf(grid, add(planeOriginLps(stack, index), across));
    const { count, step } = slabSamples(grid, stack.normalLps, this.slabMm);
    const values: number[] = [];
    for (let at = 0; at < count; at++) {
      const value = volumeValue(this.parts.open, add(centre, scale(step, at - (count - 1) / 2)), (stored, slice) => this.measured(stored, slice));
      if (value !== undefined) values.push(value);
    }
    if (values.length === 0) return undefined;
    const mode = this.shownMode();
    if (mode === 'mean') return values.reduce((sum, value) => sum + value, 0) / values.length;
    return mode === 'MAX' ? Math.max(...values) : Math.min(...values);
  }

  /** What a stored value of a slice counts as in this volume; undefined for padding, and for what is no number. */
  private measured(stored: number, slice: number): number | undefined {
    const { padding, rescale } = this.source.frames[slice] ?? this.like;
    if (Number.isNaN(stored) || (padding !== undefined && isPadding(stored, padding))) return undefined;
    return this.isModality && rescale !== undefined ? stored * rescale.slope + rescale.intercept : stored;
  }

  /** Values of a plane, each of the nearest voxel: for what is counted over an area. Beside the volume they are background. */
  private nearestValues(name: MprPlaneName, index: number): LoadedFrame['values'] {
    const { grid, like, source } = this;
    const stack = this.stacks[name];
    const values = this.isModality ? new Float32Array(stack.columns * stack.rows) : new Int32Array(stack.columns * stack.rows);
    const { origin, perColumn, perRow } = planeInVolume(grid, stack, planeOriginLps(stack, index));
    const [columns, rows, slices] = grid.size;
    const outside = (this.isModality ? undefined : like.padding?.value) ?? this.firstSlice?.min ?? 0;
    const frames = Array.from({ length: source.frames.length }, (_, slice) => this.parts.open.frame(slice)?.values);
    for (let row = 0, at = 0; row < stack.rows; row++) {
      for (let column = 0; column < stack.columns; column++, at++) {
        const place = (axis: 0 | 1 | 2): number => Math.floor(origin[axis] + (column + 0.5) * perColumn[axis] + (row + 0.5) * perRow[axis]);
        const [i, j, k] = [place(0), place(1), place(2)];
        const isInside = i >= 0 && j >= 0 && k >= 0 && i < columns && j < rows && k < slices;
        const stored = isInside ? frames[k]?.[j * columns + i] : undefined;
        values[at] = stored === undefined ? outside : this.isModality ? (this.measured(stored, k) ?? outside) : stored;
      }
    }
    return values;
  }

  /** One slice of the volume, for the range of values of a file without a window; all planes have the same. */
  get firstSlice(): LoadedFrame | undefined {
    if (this.sample !== undefined) return this.sample;
    const middle = Math.floor(this.source.frames.length / 2);
    for (let away = 0; away <= middle && this.sample === undefined; away++) {
      this.sample = this.sampleOf(middle + away) ?? this.sampleOf(middle - away);
    }
    return this.sample;
  }

  private sampleOf(slice: number): LoadedFrame | undefined {
    const loaded = this.parts.open.frame(slice);
    if (loaded === undefined || !this.isModality) return loaded;
    const values = modalityValues(this.source.frames[slice] ?? this.like, loaded.values);
    return { key: loaded.key, values, ...measuredRange(values) };
  }

  /** The planes as if they were loaded: there as soon as any slice is. */
  openOf(name: MprPlaneName, displaySet: DisplaySet): OpenDisplaySet {
    const { parts, feed } = this;
    const middle = Math.floor(this.source.frames.length / 2);
    const slice = (): LoadedFrame | undefined => this.firstSlice;
    const valuesOf = (index: number): LoadedFrame['values'] => this.nearestValues(name, index);
    return {
      displaySet,
      state() {
        return slice() === undefined ? { kind: 'requested' } : { kind: 'loaded' };
      },
      frame(index) {
        const first = slice();
        if (first === undefined) return undefined;
        let values: LoadedFrame['values'] | undefined;
        return {
          key: `${displaySet.id}:${index}`,
          get min() {
            return first.min;
          },
          get max() {
            return first.max;
          },
          get values() {
            return (values ??= valuesOf(index));
          },
        };
      },
      tables: () => parts.open.tables(middle),
      get counts() {
        const { here, failed, total } = feed.counts;
        return { total, loaded: here, failed, room: total };
      },
      onChange: () => () => undefined,
      cursor: () => ({ setIndex: () => undefined, release: () => undefined }),
      update: () => undefined,
      retryFailed: () => parts.open.retryFailed(),
    };
  }

  /** The GPU took the volume away and gives it back empty. */
  refill(): void {
    this.feed.again();
  }

  close(): void {
    this.feed.release();
    this.cursor.release();
    this.parts.volume.delete();
  }
}
