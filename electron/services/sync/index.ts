export * from './commitment';
export * from './outage';
export * from './outbox';
export * from './prefetch';
export { createJobs } from './jobs';
export type { JobDefinition, JobDefinitions, JobProgress, Jobs, JobStore, JobTask, StartOptions } from './job-types';
