import { type DisplaySet, type ImageFrame, SopInstanceUid, type StackNote } from '@shared/domain';
import { dot, type MprPlaneName, planeOriginLps, type PlaneStack } from '@shared/geometry';

export interface PlaneSetParts {
  readonly source: DisplaySet;
  /** The image that says what values and windows are. */
  readonly like: ImageFrame;
  readonly name: MprPlaneName;
  readonly stack: PlaneStack;
  readonly notes: readonly StackNote[];
}

/** The same image where its values are modality values already: floating point, no rescale is left to do, padding was taken out. */
export function modalityFrame(image: ImageFrame): ImageFrame {
  const frame: ImageFrame = { ...image };
  delete frame.padding;
  const format = { ...frame.format, floatElement: 'FloatPixelData' as const, BitsAllocated: 32, BitsStored: 32, HighBit: 31 };
  return { ...frame, format, ...(frame.rescale === undefined ? {} : { rescale: { slope: 1, intercept: 0, type: frame.rescale.type } }) };
}

/**
 * The planes of a stack as a display set of images that nobody made: all that shows, scrolls and places images does so with planes too. No object has their
 * UID: what belongs to an object (marks, presentation states) never meets them.
 */
export function planeSet({ source, like, name, stack, notes }: PlaneSetParts): DisplaySet {
  const shared = sharedPart(source, like, stack);
  return {
    ...source,
    id: `${source.id}~${name}`,
    splitReason: source.splitReason,
    frames: Array.from({ length: stack.count }, (_, index): ImageFrame => {
      const positionLps = planeOriginLps(stack, index);
      return { ...shared, frameIndex: index, positionLps, alongNormalMm: dot(positionLps, stack.normalLps) };
    }),
    normalLps: stack.normalLps,
    notes: [...notes],
  };
}

function sharedPart(source: DisplaySet, like: ImageFrame, { rowLps, columnLps, pixelMm, columns, rows }: PlaneStack): ImageFrame {
  const { instanceId, SOPClassUID, TransferSyntaxUID, format, spacingBasis, rescale, windows, luts, padding, lossy, acquisition, extras } = like;
  const { presentationLutShape, presentationLut } = extras ?? {};
  return {
    ...{ instanceId, SOPClassUID, TransferSyntaxUID, spacingBasis, windows },
    SOPInstanceUID: SopInstanceUid.parse(source.SeriesInstanceUID),
    frameIndex: 0,
    numberOfFrames: 1,
    InstanceNumber: '',
    format: { ...format, Columns: Math.min(65_535, columns), Rows: Math.min(65_535, rows) },
    rowDirectionLps: rowLps,
    columnDirectionLps: columnLps,
    spacingMm: [pixelMm, pixelMm],
    AcquisitionTime: like.AcquisitionTime,
    FrameOfReferenceUID: like.FrameOfReferenceUID,
    ...(rescale === undefined ? {} : { rescale }),
    ...(luts === undefined ? {} : { luts }),
    ...(padding === undefined ? {} : { padding }),
    ...(lossy === undefined ? {} : { lossy }),
    ...(acquisition === undefined ? {} : { acquisition }),
    ...(presentationLutShape === undefined && presentationLut === undefined
      ? {}
      : {
          extras: { ...(presentationLutShape === undefined ? {} : { presentationLutShape }), ...(presentationLut === undefined ? {} : { presentationLut }) },
        }),
  };
}
