import type { ImageHeader, IndexedInstance, InstanceAttributes, Vector3 } from '@shared/domain';

export interface Variation {
  readonly instanceId?: number;
  readonly number?: number | string;
  readonly position?: Vector3;
  readonly attributes?: Partial<InstanceAttributes>;
  readonly image?: Partial<ImageHeader>;
  readonly format?: Partial<ImageHeader['format']>;
}

let nextId = 1;

const IMAGE: ImageHeader = {
  format: {
    Rows: 8,
    Columns: 8,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
  },
  orientation: [1, 0, 0, 0, 1, 0],
  PixelSpacing: [0.7, 0.7],
  PixelSpacingCalibrationType: '',
  windows: [{ center: 40, width: 400, explanation: '', function: 'LINEAR' }],
  EchoNumbers: '',
  EchoTime: '',
  DiffusionBValue: '',
  TemporalPositionIdentifier: '',
  TriggerTime: '',
  hasModalityLutSequence: false,
  hasVoiLutSequence: false,
};

/** A CT image of series 1.2.3.1 with what the test changes. */
export function instance(change: Variation = {}): IndexedInstance {
  const instanceId = change.instanceId ?? nextId++;
  const empty = {
    PatientName: '',
    PatientID: '',
    IssuerOfPatientID: '',
    PatientBirthDate: '',
    PatientSex: '',
    StudyDate: '',
    StudyTime: '',
    AccessionNumber: '',
    StudyDescription: '',
    StudyID: '',
    ReferringPhysicianName: '',
    InstitutionName: '',
    SeriesDescription: '',
    SeriesDate: '',
    SeriesTime: '',
    BodyPartExamined: '',
    Laterality: '',
    ProtocolName: '',
    ContentDate: '',
    ContentTime: '',
    AcquisitionNumber: '',
    AcquisitionTime: '',
    FrameOfReferenceUID: '',
  };
  const attributes: InstanceAttributes = {
    ...empty,
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
    SOPInstanceUID: `1.2.3.9.${instanceId}`,
    StudyInstanceUID: '1.2.3',
    SeriesInstanceUID: '1.2.3.1',
    TransferSyntaxUID: '1.2.840.10008.1.2.1',
    Modality: 'CT',
    SeriesNumber: '1',
    InstanceNumber: String(change.number ?? ''),
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    NumberOfFrames: 1,
    warnings: [],
    image: {
      ...IMAGE,
      ...(change.position === undefined ? {} : { positionLps: change.position }),
      ...change.image,
      format: { ...IMAGE.format, ...change.format },
    },
    ...change.attributes,
  };
  return { instanceId, attributes };
}

/** The same without the image: a report. */
export function report(SOPClassUID: string, change: Variation = {}): IndexedInstance {
  const made = instance(change);
  const { image: _image, ...attributes } = made.attributes;
  return { ...made, attributes: { ...attributes, SOPClassUID } };
}
