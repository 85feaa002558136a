export { Eviction } from './eviction';
export { deleteJob, deletePlan, transferring, type DeleteParts } from './delete-studies';
