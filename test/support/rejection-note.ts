import { el, encodeDataSet, encodePart10, sq } from './dicom';

const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';

export interface RejectedSeries {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly PatientID: string;
  readonly PatientName: string;
}

/** A rejection note (IHE RAD 4.66): a key object selection with title 113001 that names these images of one series, as a Part 10 file. */
export function rejectionNote(of: RejectedSeries, images: readonly { readonly SOPClassUID: string; readonly SOPInstanceUID: string }[]): Uint8Array {
  const SOPInstanceUID = `${of.StudyInstanceUID.slice(0, 50)}.9.1`;
  const code = (value: string, meaning: string) => [el(0x00080100, 'SH', value), el(0x00080102, 'SH', 'DCM'), el(0x00080104, 'LO', meaning)];
  const reference = (image: (typeof images)[number]) => [el(0x00081150, 'UI', image.SOPClassUID), el(0x00081155, 'UI', image.SOPInstanceUID)];
  const series = [el(0x0020000e, 'UI', of.SeriesInstanceUID), sq(0x00081199, images.map(reference))];
  const content = images.map((image) => [el(0x0040a010, 'CS', 'CONTAINS'), el(0x0040a040, 'CS', 'IMAGE'), sq(0x00081199, [reference(image)])]);
  const elements = [
    el(0x00080016, 'UI', KEY_OBJECT_SELECTION),
    el(0x00080018, 'UI', SOPInstanceUID),
    el(0x00080020, 'DA', '20260102'),
    el(0x00080060, 'CS', 'KO'),
    el(0x00100010, 'PN', of.PatientName),
    el(0x00100020, 'LO', of.PatientID),
    el(0x0020000d, 'UI', of.StudyInstanceUID),
    el(0x0020000e, 'UI', `${of.StudyInstanceUID.slice(0, 50)}.9`),
    el(0x0040a040, 'CS', 'CONTAINER'),
    sq(0x0040a043, [code('113001', 'Rejected for Quality Reasons')]),
    sq(0x0040a375, [[el(0x0020000d, 'UI', of.StudyInstanceUID), sq(0x00081115, [series])]]),
    sq(0x0040a730, content),
  ];
  return encodePart10({ SOPClassUID: KEY_OBJECT_SELECTION, SOPInstanceUID, TransferSyntaxUID: '1.2.840.10008.1.2.1' }, encodeDataSet(elements));
}
