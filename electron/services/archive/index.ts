export { createArchiveSearches, type ArchiveSearches } from './archive-search';
export { arrivalsOf } from './arrivals';
export { createNodeList, type NodeList } from './node-list';
export { retrieveJob, type RetrieveParts } from './retrieve-job';
export { sendJob, type SendParts } from './send-job';
export { testNode } from './test-node';
