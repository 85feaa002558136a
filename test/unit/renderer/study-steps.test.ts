import { describe, expect, it } from 'vitest';
import { createStudySteps, studyBeside } from '../../../renderer/features/viewer/study-steps';
import { fakeRow } from '../../support/ui-harness/fake-host';

describe('the study beside', () => {
  const rows = [fakeRow(1), fakeRow(2), fakeRow(3)];
  const list = { pages: new Map([[0, rows]]), matching: 3, rowAt: (index: number) => rows[index], ensureRange: () => undefined };
  const uid = (at: number) => rows[at]?.StudyInstanceUID ?? expect.fail();

  it('is the next or previous row of the list, none beyond its ends', async () => {
    expect(await studyBeside(list, uid(1), 1)).toBe(rows[2]);
    expect(await studyBeside(list, uid(1), -1)).toBe(rows[0]);
    expect(await studyBeside(list, uid(2), 1)).toBeUndefined();
    expect(await studyBeside(list, uid(0), -1)).toBeUndefined();
    expect(await studyBeside({ ...list, matching: 1, rowAt: (index) => (index === 0 ? rows[0] : undefined) }, uid(2), 1)).toBeUndefined();
  });

  it('follows a study that is finished; one that could not be marked as done stays, and so does what somebody went to meanwhile', async () => {
    const went: unknown[] = [];
    let here = uid(0);
    const { finish } = createStudySteps({
      list: {
        ...list,
        select: () => undefined,
        setState: (study) => {
          if (study === uid(1)) here = uid(2);
          return Promise.resolve(study !== uid(2));
        },
      },
      replace: (old, next) => {
        went.push([old, next.StudyInstanceUID]);
        here = next.StudyInstanceUID;
      },
      here: () => here,
      say: () => expect.fail('there are others'),
    });
    await finish();
    expect(went).toEqual([[uid(0), uid(1)]]);
    await finish();
    expect([went.length, here], 'another tab was opened while the services noted it').toEqual([1, uid(2)]);
    await finish();
    expect([went.length, here], 'it could not be noted').toEqual([1, uid(2)]);
  });
});
