import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { spotreadDriver } from '../../../electron/services/monitors/meter';

it.skipIf(process.platform === 'win32')('a meter program that does not end when it is asked to is ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'meter-'));
  try {
    writeFileSync(join(folder, 'spotread'), `#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 0.1; done\n`, { mode: 0o755 });
    const driver = spotreadDriver({ PATH: folder }, process.platform, 300);
    await expect(driver.read()).rejects.toThrow('spotread gave no answer within 0.3 s');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
