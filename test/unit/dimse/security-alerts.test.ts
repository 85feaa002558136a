import { expect, it } from 'vitest';
import { securityAlerts } from '../../../electron/services/security-alerts';

it('a refusal is audited at once, and a peer that hammers is one row a minute that counts', () => {
  let nowMs = 0;
  const rows: string[] = [];
  const alert = securityAlerts({ audit: ({ action, detail }) => void rows.push(`${action}: ${detail}`) }, { now: () => nowMs, monotonic: () => nowMs });
  for (let n = 0; n < 100; n++) alert('X@10.0.0.9 refused');
  alert('TLS handshake of 10.0.0.8 failed');
  expect(rows).toEqual(['security.alert: X@10.0.0.9 refused', 'security.alert: TLS handshake of 10.0.0.8 failed']);
  nowMs = 61_000;
  alert('X@10.0.0.9 refused');
  expect(rows.at(-1)).toBe('security.alert: X@10.0.0.9 refused (and 99 times since the last row)');
});
