import { z } from 'zod';
import { ConnectedMonitor, Monitor, MonitorProfile, ScreenInfo } from '../domain';
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
  /** Screens of the window system, and on which the asking window stands. `look`: their colours are looked at anew, and `app.screensChanged` tells when that found something. */
  'app.screens': {
    servedBy: 'main',
    roles: anyone,
    request: z.object({ look: z.boolean().optional() }),
    response: z.object({ screens: z.array(ScreenInfo) }),
  },
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
  /** A measured monitor as the Display System IOD (PS3.3 B.29, C.32) in a Part 10 file: what a site keeps, or another program reads. */
  'display.record': {
    servedBy: 'services',
    roles: anyone,
    request: z.object({ monitor: Monitor, profile: MonitorProfile }),
    response: z.object({ object: z.instanceof(Uint8Array<ArrayBuffer>) }),
  },
  /** What the page holds for print, as a PDF: main makes it of the asking window and of nothing else. */
  'app.printPdf': { servedBy: 'main', roles: anyone, timeoutMs: 60_000, request: nothing, response: z.object({ pdf: z.instanceof(Uint8Array<ArrayBuffer>) }) },
  /** Somebody looks at images on a monitor that is not fit for them: for the audit trail. */
  'display.override': {
    servedBy: 'services',
    roles: anyone,
    request: z.object({ monitor: z.string().max(200), modality: z.string().max(16), reasons: z.array(z.string().max(200)).max(20) }),
    response: nothing,
  },
} as const satisfies Record<string, CallShape>;
