import { type DemoSeries, type DemoStudy, imageAttributes, studyUid } from './common';
import { type Attributes, authorJpegBaseline, authorRle, decimal } from './dataset';
import { daysBefore } from './dates';
import { TARO } from './patients';
import type { DemoObject, DemoOptions, PlannedObject } from './types';
import { clipFrames, CLIP_COLUMNS, CLIP_ROWS, COLOUR_BOX, MM_PER_PIXEL, SECTOR } from './ultrasound/sector';

const US_MULTI_FRAME = '1.2.840.10008.5.1.4.1.1.3.1';
const FRAME_TIME_MS = 36;
const FRAMES_PER_BEAT = 24;

/** An echocardiogram: a colour flow clip (RGB, RLE) and a grey one as most machines send it (YBR_FULL_422, JPEG baseline). */
export function ultrasoundStudies(options: DemoOptions): PlannedObject[] {
  const study: DemoStudy = {
    key: 'us-heart',
    patient: TARO,
    StudyDate: daysBefore(options.today, 4),
    startSeconds: 15 * 3600 + 20 * 60 + 9,
    AccessionNumber: 'DEMO-24058',
    StudyID: '24058',
    StudyDescription: 'US ECHOCARDIOGRAM',
    ReferringPhysicianName: 'OKAFOR^Ngozi^^Dr.',
  };
  const StudyInstanceUID = studyUid(options, study);
  const series: DemoSeries = {
    key: 'clips',
    SeriesNumber: 1,
    SeriesDescription: 'Apical four chamber',
    ProtocolName: 'Adult heart',
    BodyPartExamined: 'HEART',
    Modality: 'US',
    SOPClassUID: US_MULTI_FRAME,
    startSeconds: study.startSeconds + 30,
    frameOfReference: '',
  };
  return [
    { study: study.key, series: series.key, StudyInstanceUID, make: () => makeClip(options, study, series, 1, true) },
    { study: study.key, series: series.key, StudyInstanceUID, make: () => makeClip(options, study, series, 2, false) },
  ];
}

function makeClip(options: DemoOptions, study: DemoStudy, series: DemoSeries, number: number, colour: boolean): DemoObject {
  const frames = clipFrames(options.seed, { frames: colour ? 24 : 16, framesPerBeat: FRAMES_PER_BEAT, colour });
  const attributes = {
    ...imageAttributes(options, study, series, number, number * 20),
    ImageType: ['ORIGINAL', 'PRIMARY', 'TTE', colour ? '0011' : '0001'],
    ImageComments: colour ? 'Colour flow' : 'Grey scale',
    NumberOfFrames: frames.length,
    FrameIncrementPointer: 0x00181063,
    FrameTime: decimal(FRAME_TIME_MS),
    CineRate: Math.round(1000 / FRAME_TIME_MS),
    RecommendedDisplayFrameRate: Math.round(1000 / FRAME_TIME_MS),
    StartTrim: 1,
    StopTrim: frames.length,
    EffectiveDuration: decimal((frames.length * FRAME_TIME_MS) / 1000),
    HeartRate: Math.round(60_000 / (FRAME_TIME_MS * FRAMES_PER_BEAT)),
    SamplesPerPixel: 3,
    PlanarConfiguration: 0,
    PhotometricInterpretation: colour ? 'RGB' : 'YBR_FULL_422',
    ...(colour ? {} : { LossyImageCompression: '01', LossyImageCompressionMethod: 'ISO_10918_1' }),
    UltrasoundColorDataPresent: colour ? 1 : 0,
    TransducerType: 'SECTOR_PHASED',
    TransducerData: 'Generated',
    PatientOrientation: '',
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    SequenceOfUltrasoundRegions: regions(colour),
  };
  const size = { Rows: CLIP_ROWS, Columns: CLIP_COLUMNS };
  return colour ? authorRle({ ...attributes, PlanarConfiguration: 0 }, size, frames, 1, 3) : authorJpegBaseline(attributes, size, frames);
}

interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Tissue in the whole sector; the box of the colour flow above it. Both calibrated in centimetres from the sector's tip. */
function regions(colour: boolean): Attributes[] {
  const half = Math.ceil(SECTOR.depthPx * Math.sin(SECTOR.halfAngle));
  const sector: Box = { x0: SECTOR.tipX - half, y0: SECTOR.tipY, x1: SECTOR.tipX + half, y1: SECTOR.tipY + SECTOR.depthPx };
  const region = (box: Box, dataType: number, flags: number): Attributes => ({
    RegionSpatialFormat: 1,
    RegionDataType: dataType,
    RegionFlags: flags,
    RegionLocationMinX0: box.x0,
    RegionLocationMinY0: box.y0,
    RegionLocationMaxX1: box.x1,
    RegionLocationMaxY1: box.y1,
    ReferencePixelX0: SECTOR.tipX - box.x0,
    ReferencePixelY0: SECTOR.tipY - box.y0,
    PhysicalUnitsXDirection: 3,
    PhysicalUnitsYDirection: 3,
    ReferencePixelPhysicalValueX: 0,
    ReferencePixelPhysicalValueY: 0,
    PhysicalDeltaX: MM_PER_PIXEL / 10,
    PhysicalDeltaY: MM_PER_PIXEL / 10,
    TransducerFrequency: 2500,
  });
  return [region(sector, 1, 0), ...(colour ? [region(COLOUR_BOX, 2, 1)] : [])];
}
