import type { IndexedObject } from '../../electron/services/index';

const NAMES = ['Müller', 'Schmidt', 'García', "O'Neil", 'Yamada', 'Wang', 'Nguyen', 'Kowalski', 'Rossi', 'Ivanov'];
const DESCRIPTIONS = ['Thorax routine', 'Brain MRI', 'Knee left', 'Abdomen US', 'Mammography'];
const MODALITIES = ['CT', 'MR', 'CR', 'US', 'MG'];

/** The nth instance of a large plausible archive, without bytes: two studies a patient, one series a study. */
export function syntheticInstance(n: number, perStudy: number): IndexedObject {
  const study = Math.floor(n / perStudy);
  const patient = Math.floor(study / 2);
  const slice = n % perStudy;
  const root = `2.25.${String(10 ** 12 + study)}`;
  const latin = `${NAMES[patient % 10] ?? ''}${String(patient % 997)}^First${String(patient % 211)}`;
  const time = `10${String(study % 60).padStart(2, '0')}00`;
  return {
    attributes: {
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      SOPInstanceUID: `${root}.1.${String(slice)}`,
      StudyInstanceUID: root,
      SeriesInstanceUID: `${root}.1`,
      TransferSyntaxUID: '1.2.840.10008.1.2.1',
      PatientName: patient % 10 === 4 ? `${latin}=山田^太郎` : latin,
      PatientID: `P${String(patient)}`,
      IssuerOfPatientID: '',
      PatientBirthDate: `${String(1930 + (patient % 80))}0101`,
      PatientSex: 'F',
      StudyDate: `${String(2015 + (study % 10))}${String(1 + (study % 12)).padStart(2, '0')}${String(1 + (study % 28)).padStart(2, '0')}`,
      StudyTime: time,
      AccessionNumber: `A${String(study)}`,
      StudyDescription: `${DESCRIPTIONS[study % 5] ?? ''} ${String(study % 97)}`,
      StudyID: '1',
      ReferringPhysicianName: 'House^Gregory',
      InstitutionName: 'General Hospital',
      Modality: MODALITIES[study % 5] ?? 'CT',
      SeriesNumber: '1',
      SeriesDescription: 'axial',
      SeriesDate: '',
      SeriesTime: time,
      BodyPartExamined: 'CHEST',
      Laterality: '',
      ProtocolName: 'Routine',
      InstanceNumber: String(slice + 1),
      ContentDate: '',
      ContentTime: `${time}.${String(slice)}`,
      AcquisitionNumber: '1',
      AcquisitionTime: `${time}.${String(slice)}`,
      ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
      FrameOfReferenceUID: `${root}.9`,
      NumberOfFrames: 1,
      warnings: [],
      image: {
        format: {
          Rows: 512,
          Columns: 512,
          SamplesPerPixel: 1,
          PhotometricInterpretation: 'MONOCHROME2',
          BitsAllocated: 16,
          BitsStored: 12,
          HighBit: 11,
          PixelRepresentation: 0,
        },
        positionLps: [-180, -180, slice * 1.25],
        orientation: [1, 0, 0, 0, 1, 0],
        PixelSpacing: [0.7, 0.7],
        PixelSpacingCalibrationType: '',
        SliceThickness: 1.25,
        SliceLocation: slice * 1.25,
        rescale: { slope: 1, intercept: -1024, type: 'HU' },
        windows: [{ center: 40, width: 400, explanation: '', function: 'LINEAR' }],
        EchoNumbers: '',
        EchoTime: '',
        DiffusionBValue: '',
        TemporalPositionIdentifier: '',
        TriggerTime: '',
        hasModalityLutSequence: false,
        hasVoiLutSequence: false,
      },
    },
    pixel: { kind: 'native', element: 'PixelData', offset: 1500, length: 524_288 },
    sizeBytes: 525_788,
    arrivedAtMs: 1_700_000_000_000 + n,
    file: { dataOffset: 640, sha256: Buffer.alloc(32, n % 251), chunkDigests: Buffer.alloc(0) },
  };
}
