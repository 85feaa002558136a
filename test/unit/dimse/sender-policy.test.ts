import { describe, expect, it } from 'vitest';
import { createSenderPolicy, normalizeAddress } from '../../../electron/services/dimse';
import { guessProtocol } from '../../../electron/services/dimse/first-bytes';

const entry = (aeTitle: string, host: string) => ({ aeTitle, host, source: 'settings' as const });
const names: Readonly<Record<string, readonly string[]>> = { 'ct1.hospital': ['10.0.0.5', '2001:db8::5'], mapped: ['::ffff:10.0.0.6'] };
const resolve = (name: string): Promise<readonly string[]> => {
  const found = names[name];
  return found ? Promise.resolve(found) : Promise.reject(new Error('ENOTFOUND'));
};

describe('sender policy', () => {
  it.each([
    ['CT1', '10.0.0.5', [entry('CT1', '10.0.0.5')], true],
    ['CT1', '10.0.0.6', [entry('CT1', '10.0.0.5')], false],
    ['CT2', '10.0.0.5', [entry('CT1', '10.0.0.5')], false],
    ['ct1', '10.0.0.5', [entry('CT1', '10.0.0.5')], false],
    ['CT1', '10.0.0.5', [entry('*', '10.0.0.5')], true],
    ['CT1', '10.0.0.5', [entry('CT1', '*')], true],
    ['CT1', '10.0.0.5', [entry('*', '*')], true],
    ['CT1', '10.0.0.5', [entry('CT1', '::ffff:10.0.0.5')], true],
    ['CT1', '10.0.0.5', [entry('CT1', 'ct1.hospital')], true],
    ['CT1', '2001:db8::5', [entry('CT1', 'ct1.hospital')], true],
    ['CT1', '10.0.0.6', [entry('CT1', 'mapped')], true],
    ['CT1', '10.0.0.5', [entry('CT1', 'gone.hospital')], false],
    ['CT1', '10.0.0.5', [entry('CT1', 'gone.hospital'), entry('CT1', '10.0.0.5')], true],
    ['CT1', '127.0.0.1', [entry('CT1', 'localhost')], true],
    ['CT1', '::1', [entry('CT1', 'LOCALHOST')], true],
    ['CT1', '127.0.0.1', [entry('CT1', '::1')], true],
    ['CT1', '10.0.0.5', [entry('CT1', 'localhost')], false],
    ['CT1', '10.0.0.5', [], false],
  ])('%s at %s against %j: %s', async (aeTitle, host, accepted, verdict) => {
    expect((await createSenderPolicy(() => accepted, resolve).judge({ aeTitle, host })).accepted).toBe(verdict);
  });

  it('says whether the AE title or the address is the matter', async () => {
    const policy = createSenderPolicy(() => [entry('CT1', '10.0.0.5')], resolve);
    expect(await policy.judge({ aeTitle: 'X', host: '10.0.0.5' })).toEqual({ accepted: false, reason: 'calling AE unknown' });
    expect(await policy.judge({ aeTitle: 'CT1', host: '10.0.0.9' })).toEqual({ accepted: false, reason: 'address is not the registered one' });
  });

  it('never asks the resolver for numeric entries or the wildcard', async () => {
    const policy = createSenderPolicy(
      () => [entry('CT1', '10.0.0.9'), entry('CT1', '::1'), entry('CT1', '*')],
      () => {
        throw new Error('asked');
      },
    );
    expect((await policy.judge({ aeTitle: 'CT1', host: '10.0.0.5' })).accepted).toBe(true);
  });

  it('reads the list anew at each call', async () => {
    const list = [entry('CT1', '10.0.0.5')];
    const policy = createSenderPolicy(() => list, resolve);
    list.pop();
    expect((await policy.judge({ aeTitle: 'CT1', host: '10.0.0.5' })).accepted).toBe(false);
  });

  it('normalises addresses', () => {
    expect(normalizeAddress('::FFFF:192.0.2.7')).toBe('192.0.2.7');
    expect(normalizeAddress('fe80::1%eth0')).toBe('fe80::1');
    expect(normalizeAddress('2001:DB8::1')).toBe('2001:db8::1');
  });
});

describe('first bytes', () => {
  it.each([
    ['160301', 'TLS'],
    ['474554202f20', 'HTTP'],
    ['5353482d322e', 'SSH'],
    ['010000000100', undefined],
    ['160000000000', undefined],
  ])('%s is %s', (hex, guess) => {
    expect(guessProtocol(Buffer.from(hex, 'hex'))).toBe(guess);
  });
});
