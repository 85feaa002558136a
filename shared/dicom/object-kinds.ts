import { transferSyntax } from './transfer-syntaxes';

/** What an object that is no stack of images is shown as; `stored` = it is kept and named, nothing more. */
export type ObjectKind = 'pdf' | 'report' | 'keyObjects' | 'waveform' | 'video' | 'presentationState' | 'segmentation' | 'radiotherapy' | 'model' | 'stored';

const WAVEFORMS = '1.2.840.10008.5.1.4.1.1.9.';
const AUDIO = new Set(['1.2.840.10008.5.1.4.1.1.9.4.1', '1.2.840.10008.5.1.4.1.1.9.4.2']);
const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';
const MODELS = new Set(['1.2.840.10008.5.1.4.1.1.104.3', '1.2.840.10008.5.1.4.1.1.104.4', '1.2.840.10008.5.1.4.1.1.104.5']);
/** Classes of PS3.3 A.35 whose content is a tree of content items; 88.59 is the Key Object Selection. */
const REPORTS = '1.2.840.10008.5.1.4.1.1.88.';
const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';
const SEGMENTATIONS = '1.2.840.10008.5.1.4.1.1.66.';
const RADIOTHERAPY = '1.2.840.10008.5.1.4.1.1.481.';
const PRESENTATION_STATES = '1.2.840.10008.5.1.4.1.1.11.';

/** Kind of an object by its SOP class. */
export function objectKind(SOPClassUID: string): ObjectKind {
  if (SOPClassUID === ENCAPSULATED_PDF) return 'pdf';
  if (SOPClassUID === KEY_OBJECT_SELECTION) return 'keyObjects';
  if (SOPClassUID.startsWith(REPORTS)) return 'report';
  if (SOPClassUID.startsWith(WAVEFORMS)) return AUDIO.has(SOPClassUID) ? 'stored' : 'waveform';
  if (MODELS.has(SOPClassUID)) return 'model';
  if (SOPClassUID.startsWith(SEGMENTATIONS)) return 'segmentation';
  if (SOPClassUID.startsWith(RADIOTHERAPY)) return 'radiotherapy';
  return SOPClassUID.startsWith(PRESENTATION_STATES) ? 'presentationState' : 'stored';
}

/** True when the pixel data are a stream of moving pictures (PS3.5 8.2.5 to 8.2.10): no frame of it can be decoded by itself. */
export function isVideo(TransferSyntaxUID: string): boolean {
  return transferSyntax(TransferSyntaxUID)?.codec === 'video';
}
