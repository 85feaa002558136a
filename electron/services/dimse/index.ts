export { commitmentService, type CommitmentHandler } from './commitment-service';
export { createNode, type NodeParts } from './create-node';
export type { CommitmentObject, CommitmentReport, CommitmentRequest } from './commitment';
export { createSenderPolicy, normalizeAddress } from './sender-policy';
export { echo, type EchoAnswer, type EchoTarget } from './echo';
export type { NodeLimits } from './limits';
export type { AssociationCounts, AssociationEvent, AssociationFacts, Caller, DicomNode, SenderPolicy, Verdict } from './types';
export * from './query';
export * from './scu';
