export { Eviction } from './eviction';
export { Scrub } from './scrub';
export { deleteJob, deletePlan, retrieving, transferring, type DeleteParts } from './delete-studies';
