import { serveChannel } from '@shared/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { emptyServices, rawPortOf, someone, transports } from './doubles';
import { wireChecks } from './wire-checks';
import { callsServedBy } from './wire-fixtures';

for (const { name, open } of transports) {
  describe(`the contract over ${name}`, () => {
    const closing: (() => void)[] = [];
    afterEach(() => {
      for (const close of closing.splice(0)) close();
    });
    for (const { behaviour, run } of wireChecks()) {
      it(behaviour, async () => {
        const [here, there] = open();
        const served = serveChannel(there, someone, { side: 'services', handlers: emptyServices(), report: () => undefined });
        closing.push(() => served.close());
        await expect(run(rawPortOf(here))).resolves.toBeUndefined();
      });
    }
  });
}

describe('the table of calls', () => {
  it('has a handler in the double for every call that the services serve', () => {
    expect(Object.keys(emptyServices()).sort()).toEqual(callsServedBy('services').sort());
  });
});
