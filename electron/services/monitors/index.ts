export { type MonitorProbe, monitorProbe } from './connected';
export { type MeterDriver, spotreadDriver } from './meter';
