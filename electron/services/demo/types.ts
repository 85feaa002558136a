/** One authored object: its data set in the named transfer syntax, without preamble and File Meta Information. */
export interface DemoObject {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  readonly TransferSyntaxUID: string;
  readonly dataSet: Uint8Array<ArrayBuffer>;
}

export interface DemoOptions {
  /** The same seed and `today` give the same bytes. */
  readonly seed: number;
  /** Day of the newest study, YYYYMMDD; every other date is relative to it. */
  readonly today: string;
  /** Only the studies with these keys; absent = those of the local list of the first run, `all` = everything that the demo archive holds. */
  readonly studies?: readonly string[] | 'all';
}

export interface DemoProgress {
  readonly done: number;
  readonly total: number;
  readonly StudyInstanceUID: string;
}

/** One image of a series, as the plan lists it: made only when its turn comes, so nothing big is held. */
export interface PlannedObject {
  readonly study: string;
  readonly series: string;
  readonly StudyInstanceUID: string;
  make(): DemoObject;
}

/** Samples of one image in row order, as they are stored. */
export interface RenderedImage {
  readonly Rows: number;
  readonly Columns: number;
  readonly pixels: Int16Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
}
