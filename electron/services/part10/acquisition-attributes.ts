import type { VR } from '@shared/dicom';

/** What a reader wants to see of how the image was made; texts as they stand in the object, for the corners of a viewport. */
export const ACQUISITION = [
  ['StationName', 'SH'],
  ['CorrectedImage', 'CS'],
  ['ContrastBolusAgent', 'LO'],
  ['SequenceName', 'SH'],
  ['KVP', 'DS'],
  ['RepetitionTime', 'DS'],
  ['InversionTime', 'DS'],
  ['MagneticFieldStrength', 'DS'],
  ['BodyPartThickness', 'DS'],
  ['CompressionForce', 'DS'],
  ['GantryDetectorTilt', 'DS'],
  ['XRayTubeCurrent', 'IS'],
  ['Exposure', 'IS'],
  ['ConvolutionKernel', 'SH'],
  ['FlipAngle', 'DS'],
  ['PatientPosition', 'CS'],
  ['PatientOrientation', 'CS'],
  ['AnatomicalOrientationType', 'CS'],
  ['ViewPosition', 'CS'],
  ['PositionerPrimaryAngle', 'DS'],
  ['PositionerSecondaryAngle', 'DS'],
  ['ImageLaterality', 'CS'],
  ['Units', 'CS'],
  ['PixelIntensityRelationship', 'CS'],
] as const satisfies readonly (readonly [string, VR])[];
