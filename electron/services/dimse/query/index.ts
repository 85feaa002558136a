export { queryService, type QueryServiceParts, type ServedQuery } from './query-service';
export type { QuerySource, Selection } from './query-source';
export { REQUEST_ATTRIBUTES } from './attributes';
export type { Candidate, Value } from './query-request';
export type { QueryAttribute } from './attributes';
