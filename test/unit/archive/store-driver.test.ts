import { describe, expect, it } from 'vitest';
import { storeDriver } from '../../../electron/services/archive';
import type { NodeList } from '../../../electron/services/archive/node-list';
import type { ArchivePool } from '../../../electron/services/archive/archive-pool';
import type { Delivery } from '../../../electron/services/sync';
import { ordered } from '../../support/outbox-rig';

/** What becomes of an object that the index does not know. */
async function delivered(rowsAreWhole: boolean): Promise<Delivery[]> {
  const heard: Delivery[] = [];
  const driver = storeDriver({
    pool: {} as ArchivePool,
    nodes: { byName: () => ({}) as ReturnType<NodeList['byName']>, target: () => ({}) as ReturnType<NodeList['target']> },
    cache: { flush: () => Promise.resolve(), readRange: () => Promise.reject(new Error('nothing is here')), rowsAreWhole: () => rowsAreWhole },
    index: { instanceByUid: () => undefined },
  });
  await driver.deliver('PACS', [ordered(1)], (_uid, delivery) => heard.push(delivery), new AbortController().signal);
  return heard;
}

describe('an ordered object that is not in the list', () => {
  it('is given up when the list is whole', async () => {
    expect(await delivered(true)).toEqual([{ kind: 'refused', isOurs: true, words: expect.stringContaining('not here any more') }]);
  });

  it('waits while files and rows are compared after a crash, or a damaged list is made again', async () => {
    expect(await delivered(false)).toEqual([{ kind: 'notReady', words: expect.stringContaining('compared with the image files') }]);
  });
});
