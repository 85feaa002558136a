export { OutageSets, type OutageSetParts } from './outage-set';
export type { ListedStudy } from './rule-studies';
