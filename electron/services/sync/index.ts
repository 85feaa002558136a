export { createJobs, type JobDefinition, type JobDefinitions, type JobProgress, type Jobs, type JobTask, type JobStore } from './jobs';
export { DemoInput, demoInput } from './demo-input';
