export type { DemoObject, DemoOptions, DemoProgress, PlannedObject } from './types';
export type { DemoResult, DemoWorkerReply, RunDemoOptions } from './run-demo';
export { demoInput, demoJob } from './demo-job';
export { planDemo } from './plan';
export { runDemo } from './run-demo';
