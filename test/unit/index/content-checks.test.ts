import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeFiles } from '../../../electron/services/cache';
import { type Index, openIndex } from '../../../electron/services/index';
import { hostEnvironment } from '../../support/storage-rig';
import { syntheticInstance } from '../../support/synthetic-index';

let index: Index;
beforeEach(() => {
  index = openIndex(':memory:', hostEnvironment('/nowhere', createNodeFiles()));
});
afterEach(() => index.close());

describe('how many copies of a study were compared with an archive', () => {
  it('is forgotten when objects of the study go: what comes in their place was never compared', () => {
    const { attributes, ...rest } = syntheticInstance(0, 1);
    index.put([{ ...rest, arrivedAtMs: 1000, attributes }], { durable: false });
    const { StudyInstanceUID, SOPInstanceUID } = attributes;
    for (const study of [StudyInstanceUID, '1.2.3']) index.keeping.checkedContent({ StudyInstanceUID: study, node: 'MAIN', nextAt: 0, compared: 1, atMs: 1 });
    index.remove([SOPInstanceUID]);
    expect(index.keeping.contentChecks(StudyInstanceUID)).toEqual([]);
    expect(index.keeping.contentChecks('1.2.3')).toHaveLength(1);
  });
});
