import { type DisplaySet, type ImageFrame, SopInstanceUid, type StackNote } from '@shared/domain';
import { dot, type MprPlaneName, planeOriginLps, type PlaneStack } from '@shared/geometry';

/**
 * The planes of a stack as a display set of images that nobody made: all that shows, scrolls and places images does so with planes too. No object has their
 * UID: what belongs to an object (marks, presentation states) never meets them.
 */
export function planeSet(source: DisplaySet, like: ImageFrame, name: MprPlaneName, stack: PlaneStack, notes: readonly StackNote[]): DisplaySet {
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
