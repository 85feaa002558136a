/** Where the data of a tag of an ICC profile lie. */
export interface IccTag {
  readonly offset: number;
  readonly size: number;
}

export interface IccCurve {
  /** Value of a level, both 0..1. */
  readonly at: (level: number) => number;
  /** Bytes that it takes. */
  readonly length: number;
}

/** s15Fixed16Number (ICC.1 4.7). */
export function fixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65_536;
}

/** A curve: `curv` or `para` (ICC.1 10.6, 10.18); undefined when it is of another kind or cut short. `tag` lies within the view, 12 bytes of it at least. */
export function curveAt(view: DataView, tag: IccTag): IccCurve | undefined {
  const type = view.getUint32(tag.offset);
  return type === 0x63757276 ? sampled(view, tag) : type === 0x70617261 ? parametric(view, tag) : undefined;
}

function sampled(view: DataView, { offset, size }: IccTag): IccCurve | undefined {
  const count = view.getUint32(offset + 8);
  const length = 12 + 2 * count;
  if (count === 0) return { at: (level) => level, length };
  if (length > size) return undefined;
  if (count === 1) {
    const gamma = view.getUint16(offset + 12) / 256;
    return { at: (level) => level ** gamma, length };
  }
  const entry = (index: number): number => view.getUint16(offset + 12 + 2 * index) / 65_535;
  const at = (level: number): number => {
    const place = level * (count - 1);
    const low = Math.min(count - 2, Math.floor(place));
    return entry(low) + (entry(low + 1) - entry(low)) * (place - low);
  };
  return { at, length };
}

function parametric(view: DataView, { offset, size }: IccTag): IccCurve | undefined {
  const kind = view.getUint16(offset + 8);
  const needs = [1, 3, 4, 5, 7][kind];
  if (needs === undefined || 12 + 4 * needs > size) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: needs }, (_, index) => fixed(view, offset + 12 + 4 * index));
  const power = (level: number): number => Math.max(0, a * level + b) ** g;
  const length = 12 + 4 * needs;
  switch (kind) {
    case 0:
      return { at: (level) => level ** g, length };
    case 1:
      return { at: (level) => (level >= -b / a ? power(level) : 0), length };
    case 2:
      return { at: (level) => (level >= -b / a ? power(level) + c : c), length };
    case 3:
      return { at: (level) => (level >= d ? power(level) : c * level), length };
    default:
      return { at: (level) => (level >= d ? power(level) + e : c * level + f), length };
  }
}
