export { createHealthCounts, type HealthCounts } from './health-counts';
