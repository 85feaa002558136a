import { z } from 'zod';
import { ConnectedMonitor, ScreenInfo } from '../domain';
import { anyone, type CallShape, changers, nothing } from './call-shape';

/** Monitors, the meters that measure them, and what is looked at on one that is not fit. Profiles are the settings document `displays`. */
export const monitorCalls = {
  /** Monitors at the connectors of this computer, as far as the system tells. */
  'monitor.connected': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: nothing,
    response: z.object({ monitors: z.array(ConnectedMonitor), problem: z.string().optional() }),
  },
  /** Screens of the window system, and on which the asking window stands. */
  'app.screens': { servedBy: 'main', roles: anyone, request: nothing, response: z.object({ screens: z.array(ScreenInfo) }) },
  'meter.list': {
    servedBy: 'services',
    roles: anyone,
    request: nothing,
    response: z.object({ meters: z.array(z.object({ id: z.string(), name: z.string(), available: z.boolean(), words: z.string() })) }),
  },
  /** One reading of what lies under the meter, cd/m². */
  'meter.read': {
    servedBy: 'services',
    roles: changers,
    timeoutMs: 90_000,
    request: z.object({ meter: z.string().max(40) }),
    response: z.object({ luminance: z.number(), words: z.string() }),
  },
  /** Somebody looks at images on a monitor that is not fit for them: for the audit trail. */
  'display.override': {
    servedBy: 'services',
    roles: anyone,
    request: z.object({ monitor: z.string().max(200), modality: z.string().max(16), reasons: z.array(z.string().max(200)).max(20) }),
    response: nothing,
  },
} as const satisfies Record<string, CallShape>;
