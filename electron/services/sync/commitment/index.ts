export { type CommitmentParts, Commitments } from './commitments';
export type { Asked, CommitmentSubject, ConfirmDriver, Listed, Report } from './driver';
