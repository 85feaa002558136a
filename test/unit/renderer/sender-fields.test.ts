import { describe, expect, it } from 'vitest';
import { addressProblem, aeTitleProblem, portOf, portProblem } from '../../../renderer/features/station/sender-fields';

describe('a sender typed by hand', () => {
  it.each(['CT2', ' CT2 ', 'A B', '1234567890123456', '*', 'ct_2-x.y'])('takes the AE title "%s"', (title) => {
    expect(aeTitleProblem(title)).toBeUndefined();
  });

  it.each([
    ['   ', 'needed'],
    ['12345678901234567', '17'],
    ['A\\B', 'backslash'],
    ['CT\u00dc', 'ASCII'],
    ['A\tB', 'ASCII'],
    ['CT*', 'star'],
  ])('says what is wrong with the AE title "%s"', (title, words) => {
    expect(aeTitleProblem(title)).toContain(words);
  });

  it.each(['10.4.0.7', 'ct2', 'ct2.hospital.example', '::1', 'fe80::7', '*', ' 127.0.0.1 '])('takes the address "%s"', (address) => {
    expect(addressProblem(address)).toBeUndefined();
  });

  it.each(['', '10.4.0', '10.4.0.256', '10.4.0.07', '10.4.0.7:104', 'ct2:104', 'ct 2', '-ct2', 'ct2..x', 'a/b', 'x'.repeat(64)])(
    'says what is wrong with the address "%s"',
    (address) => {
      expect(addressProblem(address)).toMatch(/\.$/);
    },
  );

  it('knows a port', () => {
    expect([portOf('104'), portOf(' 65535 '), portOf('0'), portOf('65536'), portOf('1e3'), portOf('')]).toEqual([
      104,
      65535,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(portProblem('x')).toContain('1 to 65535');
  });
});
