/** What a document's own data set does not have of what every object of ours carries (its equipment takes no images). */
export function documentSeries(key: string, number: number, description: string, modality: string, SOPClassUID: string, startSeconds: number) {
  return {
    key,
    SeriesNumber: number,
    SeriesDescription: description,
    ProtocolName: '',
    BodyPartExamined: '',
    Modality: modality,
    SOPClassUID,
    startSeconds,
    frameOfReference: '',
  };
}
