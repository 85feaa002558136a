export { createJobs } from './jobs';
export type { JobDefinition, JobDefinitions, JobProgress, Jobs, JobStore, JobTask, StartOptions } from './job-types';
export { DemoInput, demoInput } from './demo-input';
