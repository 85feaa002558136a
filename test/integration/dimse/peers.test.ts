import { describe, expect, it } from 'vitest';
import { echo } from '../../../electron/services/dimse';
import { OUR_AE, startTestNode } from '../../support/ul-node';

describe('C-ECHO of our own SCU against our own node', () => {
  it('is answered by the library behind the guard', async () => {
    await using station = await startTestNode();
    const answer = await echo({ aeTitle: OUR_AE, host: '127.0.0.1', port: station.port, callingAeTitle: 'ME' }, new AbortController().signal);
    expect(answer).toMatchObject({ ok: true, words: 'ALTERNATOR answered the C-ECHO.' });
  });
});
