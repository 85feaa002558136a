export { displaySystemRecord } from './display-system';
export { monitorProbe } from './connected';
export { type MeterDriver, spotreadDriver } from './meter';
export type { MonitorProbe } from './monitor-probe';
