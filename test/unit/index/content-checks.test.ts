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

describe('archives that have proof of a study', () => {
  const proof = { kind: 'proven', atMs: 1, reference: 'query' } as const;
  const first = syntheticInstance(0, 2);
  const second = syntheticInstance(1, 2);
  const { StudyInstanceUID } = first.attributes;

  it('are those that have it of every object, not those that only got it', () => {
    for (const { attributes, ...rest } of [first, second]) index.put([{ ...rest, arrivedAtMs: 1000, attributes }], { durable: false });
    expect(index.keeping.provenAt(StudyInstanceUID)).toEqual([]);
    const prove = (object: typeof first, node: string): void => index.keeping.prove([{ ...proof, node, SOPInstanceUID: object.attributes.SOPInstanceUID }]);
    prove(first, 'MAIN');
    expect(index.keeping.provenAt(StudyInstanceUID)).toEqual([]);
    prove(second, 'MAIN');
    prove(first, 'OTHER');
    expect(index.keeping.provenAt(StudyInstanceUID)).toEqual(['MAIN']);
    index.keeping.disprove([second.attributes.SOPInstanceUID], 'MAIN');
    expect(index.keeping.provenAt(StudyInstanceUID)).toEqual([]);
  });
});

describe('studies that were opened lately', () => {
  it('are those of which every object is known to be elsewhere, the last first', () => {
    const objects = [0, 1, 2, 3].map((n) => syntheticInstance(n, 1));
    index.put(
      objects.map(({ attributes, ...rest }) => ({ ...rest, arrivedAtMs: 1000, attributes })),
      { durable: false },
    );
    const [a, b, c, d] = objects.map(({ attributes }) => attributes);
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('four were made');
    for (const { SOPInstanceUID, StudyInstanceUID } of [a, b, d]) {
      index.keeping.prove([{ kind: 'proven', atMs: 1, reference: 'query', node: 'MAIN', SOPInstanceUID }]);
      index.keeping.refreshArchived(StudyInstanceUID);
    }
    index.keeping.opened(a.StudyInstanceUID, 5000);
    index.keeping.opened(b.StudyInstanceUID, 6000);
    index.keeping.opened(c.StudyInstanceUID, 7000);
    index.keeping.opened(d.StudyInstanceUID, 4000);
    expect(index.keeping.openedSince(4000)).toEqual([b, a].map(({ StudyInstanceUID }) => ({ StudyInstanceUID, nodes: ['MAIN'] })));
  });
});
