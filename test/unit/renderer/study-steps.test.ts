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
    expect(await studyBeside(list, uid(2), 1)).toBe('end');
    expect(await studyBeside(list, uid(0), -1)).toBe('end');
    expect(await studyBeside({ ...list, matching: 1, rowAt: (index) => (index === 0 ? rows[0] : undefined) }, uid(2), 1)).toBe('notInList');
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

  /** Steps over the three rows. */
  function stepping(values: { at: number; onDone?: (study: unknown) => void }) {
    const said: string[] = [];
    let here = uid(values.at);
    /** Somebody opens a study while the list is asked. */
    let meanwhile = (): void => undefined;
    const ensureRange = (): void => {
      const run = meanwhile;
      meanwhile = () => undefined;
      run();
    };
    const openMeanwhile = (study: typeof here, then: () => void): void => {
      meanwhile = () => {
        here = study;
        then();
      };
    };
    const setState = (study: unknown): Promise<boolean> => {
      values.onDone?.(study);
      return Promise.resolve(true);
    };
    const steps = createStudySteps({
      list: { ...list, ensureRange, select: () => undefined, setState },
      replace: (_old, next) => (here = next.StudyInstanceUID),
      here: () => here,
      say: (words) => said.push(words),
    });
    return { ...steps, said, here: () => here, openMeanwhile };
  }

  it('takes every key: those pressed while a step is under way go on from where it ends', async () => {
    const { step, finish, said, here } = stepping({ at: 0 });
    await Promise.all([step(1), step(1), step(1)]);
    expect([here(), said]).toEqual([uid(2), ['this is the last study of the list']]);
    await Promise.all([step(-1), step(-1), step(-1)]);
    expect([here(), said.at(-1)]).toEqual([uid(0), 'this is the first study of the list']);
    await Promise.all([finish(), step(1)]);
    expect(here(), 'the study was still being noted as done').toBe(uid(2));
  });

  it('marks no study as done that came to the screen after the key was pressed, and says so', async () => {
    const marked: unknown[] = [];
    const { finish, step, said, here } = stepping({ at: 0, onDone: (study) => marked.push(study) });
    await Promise.all([finish(), finish()]);
    expect([marked, here()]).toEqual([[uid(0)], uid(1)]);
    expect(said).toEqual(['not marked as done: this study came after the key was pressed']);
    await Promise.all([step(1), finish()]);
    expect([marked, here()]).toEqual([[uid(0)], uid(2)]);
  });

  it('takes no key that was pressed before somebody went elsewhere: the study that they open stays', async () => {
    const { step, finish, here, said, openMeanwhile } = stepping({ at: 0 });
    let there: Promise<void> | undefined;
    openMeanwhile(uid(2), () => void (there = step(-1)));
    await Promise.all([step(1), step(1), finish()]);
    await there;
    expect([here(), said], 'the key that was pressed there is the only one that is taken there').toEqual([uid(1), []]);
  });

  it('does not call a study the last one that the list does not hold now', async () => {
    const { step, said } = stepping({ at: 0 });
    rows.reverse();
    rows.length = 2;
    await step(1);
    rows.push(fakeRow(1));
    expect(said).toEqual(['this study is not in the list as it is shown now']);
  });
});
