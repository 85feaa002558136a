import { expect, it } from 'vitest';
import { waitWords } from '../../../renderer/features/archives/outage-words';

it('what waits for archives that do not answer is counted for each of them, and said to be', () => {
  expect(waitWords(0, 2)).toBe('Nothing waits to be sent there.');
  expect(waitWords(1, 1)).toBe('1 object waits here and is sent when it is back.');
  expect(waitWords(6, 1)).toBe('6 objects wait here and are sent when it is back.');
  expect(waitWords(12, 2), 'they may be six that go to both').toBe('12 objects wait here, counted once for each archive, and are sent when they are back.');
});
