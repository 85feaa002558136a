export { Eviction } from './eviction';
export { Scrub } from './scrub';
export { deleteJob, deletePlan, type DeleteParts } from './delete-studies';
export { StudyTransfers } from './study-transfers';
