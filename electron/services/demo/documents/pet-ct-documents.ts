import { instanceUid, objectAttributes, studyUid } from '../common';
import { type Attributes, authorDocument } from '../dataset';
import { code, evidence, imageItem, keyObjectContent, type ReferencedImage, type ReferencedSeries, textItem } from '../../encode';
import { petCtFinding } from '../pet-ct-study';
import type { DemoObject, DemoOptions, PlannedObject } from '../types';
import { documentSeries } from './references';

const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';
const ENHANCED_SR = '1.2.840.10008.5.1.4.1.1.88.22';
const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';

/** Of the PET/CT: a note of its key images, and a report that measures what it refers to. */
export function petCtDocuments(options: DemoOptions): PlannedObject[] {
  const { study } = petCtFinding(options);
  const StudyInstanceUID = studyUid(options, study);
  const planned = (series: string, make: () => DemoObject): PlannedObject => ({ study: study.key, series, StudyInstanceUID, make });
  return [planned('key-images', () => keyImages(options)), planned('report', () => report(options))];
}

function referenced(options: DemoOptions): { images: ReferencedImage[]; series: ReferencedSeries[] } {
  const { study, seriesUid, indices } = petCtFinding(options);
  const images = indices.map((index) => ({ SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID: instanceUid(options, study, 'CT', index + 1) }));
  return { images, series: [{ StudyInstanceUID: studyUid(options, study), SeriesInstanceUID: seriesUid, images }] };
}

/** TID 2010: the title says why the images were chosen. */
function keyImages(options: DemoOptions): DemoObject {
  const { study } = petCtFinding(options);
  const series = documentSeries('key-images', 80, 'Key images', 'KO', KEY_OBJECT_SELECTION, study.startSeconds + 2400);
  const description = 'Nodule of the right upper lobe; lymph node of the right hilum.';
  return authorDocument({
    ...objectAttributes(options, study, series, 1),
    ...keyObjectContent({ title: code('113000', 'DCM', 'Of Interest'), description, series: referenced(options).series }),
  });
}

function report(options: DemoOptions): DemoObject {
  const { study } = petCtFinding(options);
  const series = documentSeries('report', 81, 'Report', 'SR', ENHANCED_SR, study.startSeconds + 3000);
  const { images, series: referencedSeries } = referenced(options);
  const [first] = images;
  const number = (concept: Attributes, value: string, unit: Attributes, image: ReferencedImage | undefined): Attributes => ({
    RelationshipType: 'CONTAINS',
    ValueType: 'NUM',
    ConceptNameCodeSequence: [concept],
    MeasuredValueSequence: [{ NumericValue: value, MeasurementUnitsCodeSequence: [unit] }],
    ...(image === undefined ? {} : { ContentSequence: [imageItem(image, 'INFERRED FROM')] }),
  });
  const section = (title: Attributes, content: Attributes[]): Attributes => ({
    RelationshipType: 'CONTAINS',
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [title],
    ContinuityOfContent: 'SEPARATE',
    ContentSequence: content,
  });
  return authorDocument({
    ...objectAttributes(options, study, series, 1),
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    ValueType: 'CONTAINER',
    ContinuityOfContent: 'SEPARATE',
    ConceptNameCodeSequence: [code('18748-4', 'LN', 'Diagnostic imaging report')],
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    CurrentRequestedProcedureEvidenceSequence: evidence(referencedSeries),
    ContentSequence: [
      {
        RelationshipType: 'HAS CONCEPT MOD',
        ValueType: 'CODE',
        ConceptNameCodeSequence: [code('121049', 'DCM', 'Language of Content Item and Descendants')],
        ConceptCodeSequence: [code('eng', 'RFC5646', 'English')],
      },
      section(code('121060', 'DCM', 'History'), [textItem(code('121060', 'DCM', 'History'), 'Nodule of the right upper lobe, found by chance.')]),
      section(code('121070', 'DCM', 'Findings'), [
        textItem(code('121071', 'DCM', 'Finding'), 'Solid nodule with spicules in the posterior segment of the right upper lobe, avid for FDG.'),
        number(code('103339001', 'SCT', 'Long axis length'), '17', code('mm', 'UCUM', 'mm'), first),
        textItem(code('121071', 'DCM', 'Finding'), 'Two lymph nodes of the right hilum and mediastinum with raised uptake.'),
      ]),
      section(code('121076', 'DCM', 'Conclusions'), [
        textItem(code('121077', 'DCM', 'Conclusion'), 'Generated report of generated images: no person was examined and nothing was found.'),
      ]),
    ],
  });
}
