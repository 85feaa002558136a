export { code, evidence, imageItem, keyObjectContent, type ReferencedImage, type ReferencedSeries, textItem } from './document-content';
export { type Attributes, element, encodeDataSet, join, type Value } from './encode-data-set';
