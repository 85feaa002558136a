import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SPOT_ARGUMENTS, spotreadDriver } from '../../../electron/services/monitors/meter';
import { peer } from '../../support/peers';

const spotread = peer('spotread');
const bin = spotread === undefined ? '' : dirname(spotread);

describe.skipIf(spotread === undefined)('the real spotread, on a computer without a meter', () => {
  it('knows each of the options that the driver gives it', () => {
    // It may go on to look for instruments, which can take for ever: what it says of its options comes before that.
    const said = (...args: readonly string[]): string => {
      const { stdout, stderr } = spawnSync(spotread ?? '', args, { encoding: 'utf8', input: '', timeout: 4000 });
      return `${stdout}${stderr}`;
    };
    expect(said('-Z')).toContain('Diagnostic');
    expect(said('-?')).toMatch(/Measure spot values, Version \d+\.\d+/);
    expect(said(...SPOT_ARGUMENTS)).not.toContain('Diagnostic');
  });

  it('is found, gives no luminance, and the driver says in words why not', async () => {
    const driver = spotreadDriver({ PATH: bin }, process.platform, 8_000);
    expect(await driver.look()).toEqual({ available: true, words: spotread });
    // What it does without a meter depends on the ports of the computer: it says so, or waits at a silent one.
    await expect(driver.read()).rejects.toThrow(/^spotread (could not measure: \S|gave no reading: \S|gave no answer within 8 s)/);
  });
});
