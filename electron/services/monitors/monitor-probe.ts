import type { ConnectedMonitor } from '@shared/domain';

/** What tells the monitors of a computer: one way for each system. */
export interface MonitorProbe {
  list(): Promise<{ readonly monitors: readonly ConnectedMonitor[]; readonly problem?: string }>;
}
