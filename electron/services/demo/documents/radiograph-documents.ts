import { chestRadiographStudy, RADIOGRAPH_COLUMNS, RADIOGRAPH_ROWS, radiographSeries } from '../chest-radiographs';
import { instanceUid, objectAttributes, seriesUid, studyUid } from '../common';
import { type Attributes, authorDocument } from '../dataset';
import type { DemoObject, DemoOptions, PlannedObject } from '../types';
import { minimalPdf } from './pdf';
import { documentSeries } from './references';

const PRESENTATION_STATE = '1.2.840.10008.5.1.4.1.1.11.1';
const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';

/** Of the chest radiographs: a presentation state of the PA view, and the letter as PDF. */
export function radiographDocuments(options: DemoOptions): PlannedObject[] {
  const study = chestRadiographStudy(options);
  const StudyInstanceUID = studyUid(options, study);
  const planned = (series: string, make: () => DemoObject): PlannedObject => ({ study: study.key, series, StudyInstanceUID, make });
  return [planned('presentation', () => presentationState(options)), planned('letter', () => letter(options))];
}

/** A window, a circle about a place and a line of text for the PA view; read as softcopy by any viewer that takes presentation states. */
function presentationState(options: DemoOptions): DemoObject {
  const study = chestRadiographStudy(options);
  const view = radiographSeries(study, 'PA');
  const image = { ReferencedSOPClassUID: view.SOPClassUID, ReferencedSOPInstanceUID: instanceUid(options, study, 'PA', 1) };
  const series = documentSeries('presentation', 70, 'Presentation', 'PR', PRESENTATION_STATE, study.startSeconds + 1800);
  const { ContentDate: _date, ContentTime: _time, ...attributes } = objectAttributes(options, study, series, 1);
  return authorDocument({
    ...attributes,
    Laterality: '',
    PresentationCreationDate: study.StudyDate,
    PresentationCreationTime: '120000',
    ContentLabel: 'MARKED',
    ContentDescription: 'Right lower field marked',
    ContentCreatorName: 'NOVAK^Petra^^Dr.',
    ReferencedSeriesSequence: [{ SeriesInstanceUID: seriesUid(options, study, 'PA'), ReferencedImageSequence: [image] }],
    DisplayedAreaSelectionSequence: [
      {
        DisplayedAreaTopLeftHandCorner: [1, 1],
        DisplayedAreaBottomRightHandCorner: [RADIOGRAPH_COLUMNS, RADIOGRAPH_ROWS],
        PresentationSizeMode: 'SCALE TO FIT',
        PresentationPixelAspectRatio: ['1', '1'],
      },
    ],
    SoftcopyVOILUTSequence: [{ WindowCenter: '2300', WindowWidth: '1900', WindowCenterWidthExplanation: 'LUNG' }],
    PresentationLUTShape: 'INVERSE',
    GraphicLayerSequence: [{ GraphicLayer: 'MARKS', GraphicLayerOrder: 1, GraphicLayerRecommendedDisplayGrayscaleValue: 65535 }],
    GraphicAnnotationSequence: [annotation(image)],
  });
}

function annotation(image: Attributes): Attributes {
  return {
    ReferencedImageSequence: [image],
    GraphicLayer: 'MARKS',
    GraphicObjectSequence: [
      {
        GraphicAnnotationUnits: 'PIXEL',
        GraphicDimensions: 2,
        NumberOfGraphicPoints: 2,
        GraphicData: [232, 614, 296, 614],
        GraphicType: 'CIRCLE',
        GraphicFilled: 'N',
      },
    ],
    TextObjectSequence: [
      {
        AnchorPointAnnotationUnits: 'PIXEL',
        UnformattedTextValue: 'Vessel, not a nodule',
        AnchorPoint: [296, 614],
        AnchorPointVisibility: 'Y',
      },
    ],
  };
}

function letter(options: DemoOptions): DemoObject {
  const study = chestRadiographStudy(options);
  const series = documentSeries('letter', 90, 'Letter', 'DOC', ENCAPSULATED_PDF, study.startSeconds + 5400);
  const pdf = minimalPdf([
    'Demo Hospital, Radiology',
    '',
    `Study ${study.AccessionNumber}: chest PA and lateral, ${study.StudyDate}`,
    '',
    'Heart of normal size. Lungs clear. No effusion.',
    'The dense spot in the right lower field is a vessel seen end on.',
    '',
    'Generated letter of generated images: no person was examined.',
  ]);
  return authorDocument({
    ...objectAttributes(options, study, series, 1),
    ConversionType: 'WSD',
    BurnedInAnnotation: 'YES',
    DocumentTitle: 'Radiology letter',
    ConceptNameCodeSequence: [{ CodeValue: '18748-4', CodingSchemeDesignator: 'LN', CodeMeaning: 'Diagnostic imaging report' }],
    AcquisitionDateTime: '',
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
    EncapsulatedDocumentLength: pdf.length,
    EncapsulatedDocument: pdf,
  });
}
