export { Eviction } from './eviction';
export { Scrub } from './scrub';
export { deleteJob, deletePlan, transferring, type DeleteParts } from './delete-studies';
