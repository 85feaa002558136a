export { createArchiveSearches, type ArchiveSearches } from './archive-search';
export { arrivalsOf } from './arrivals';
export { createFoundStudies, type FoundStudies } from './found-studies';
export { createNodeList, type NodeList } from './node-list';
export { retrieveJob, type RetrieveParts } from './retrieve-job';
export { sendJob, type SendParts } from './send-job';
export { archiveSeries, type SeriesParts } from './archive-series';
export type { TransferInput } from './transfer-input';
export { testNode } from './test-node';
