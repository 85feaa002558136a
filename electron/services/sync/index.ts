export * from './commitment';
export * from './outage';
export * from './outbox';
export { createJobs } from './jobs';
export type { JobDefinition, JobDefinitions, JobProgress, Jobs, JobStore, JobTask, StartOptions } from './job-types';
