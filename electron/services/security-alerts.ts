import type { Clock } from './host-environment';
import type { Index } from './index';

const QUIET_MS = 60_000;
const MOST = 500;

/** DICOM PS3.15 A.5.3.12, Security Alert: a row for each kind of refusal, again at most once a minute with how often it happened meanwhile. */
export function securityAlerts(index: Pick<Index, 'audit'>, clock: Clock): (detail: string) => void {
  const seen = new Map<string, { toldMs: number; since: number }>();
  return (detail) => {
    const now = clock.monotonic();
    const known = seen.get(detail);
    if (known !== undefined && now - known.toldMs < QUIET_MS) {
      known.since++;
      return;
    }
    const again = known === undefined || known.since === 0 ? '' : ` (and ${String(known.since)} times since the last row)`;
    seen.delete(detail);
    seen.set(detail, { toldMs: now, since: 0 });
    for (const oldest of seen.keys()) {
      if (seen.size <= MOST) break;
      seen.delete(oldest);
    }
    index.audit({ atMs: clock.now(), user: 'system', action: 'security.alert', outcome: 'denied', detail: `${detail}${again}` });
  };
}
