export { type ListedStudy, OutageSets, type OutageSetParts } from './outage-set';
