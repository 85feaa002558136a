import { PatientKey, patientKeyOf, type StudyRow, StudyUid } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import type { Index } from '../../../electron/services/index';
import type { ServiceParts } from '../../../electron/services/rpc';
import { studyHandlers } from '../../../electron/services/rpc/handlers/studies';
import { someone } from '../../contract/doubles';

const context = { actor: someone, signal: new AbortController().signal };

/** An index that finds two studies under every key, and lets each state be set. */
function handlersOver(study: Partial<StudyRow> = {}, opened: string[] = []) {
  const row = (uid: string) => ({ StudyInstanceUID: StudyUid.parse(uid), patientKey: patientKeyOf('4711', ''), state: 'unread', ...study }) as StudyRow;
  const index = {
    getStudy: (uid: string) => row(uid),
    revision: () => 1,
    instances: () => [],
    series: () => [],
    priors: () => [row('2.25.1'), row('2.25.2')],
    setState: (uid: string, state: StudyRow['state']) => ({ ...row(uid), state }),
  } as unknown as Index;
  const archiving = { eviction: { opened: (uid: string) => opened.push(uid) } };
  return studyHandlers({ index, archiving, env: { clock: { now: () => 0, monotonic: () => 0 } } } as unknown as ServiceParts);
}

describe('studies of a patient', () => {
  it('are priors of each other, never of themselves', async () => {
    const opened = await handlersOver()['study.open']({ StudyInstanceUID: StudyUid.parse('2.25.1') }, context);
    expect(opened.priors.map((prior) => prior.StudyInstanceUID)).toEqual(['2.25.2']);
  });

  it.each([patientKeyOf('', ''), patientKeyOf('   ', 'HOSPITAL'), PatientKey.parse('no key of ours')])(
    'are no priors when nobody is named: %s',
    async (patientKey) => {
      const handlers = handlersOver({ patientKey });
      expect((await handlers['study.open']({ StudyInstanceUID: StudyUid.parse('2.25.1') }, context)).priors).toEqual([]);
      expect(await handlers['priors.find']({ patientKey }, context)).toEqual({ studies: [] });
    },
  );
});

describe('a study that is looked at', () => {
  it('is the same as opened, and counts as opened only when that is told', async () => {
    const opened: string[] = [];
    const handlers = handlersOver({}, opened);
    const request = { StudyInstanceUID: StudyUid.parse('2.25.1') };
    const looked = await handlers['study.look'](request, context);
    expect(opened).toEqual([]);
    expect((await handlers['study.opened'](request, context)).priors, 'those of now').toEqual(looked.priors);
    expect(opened).toEqual(['2.25.1']);
    expect(await handlers['study.open'](request, context)).toEqual(looked);
    expect(opened).toEqual(['2.25.1', '2.25.1']);
  });
});

describe('the state of a study', () => {
  it('goes the ways of a reader', async () => {
    const { study } = await handlersOver()['study.setState']({ StudyInstanceUID: StudyUid.parse('2.25.1'), state: 'done' }, context);
    expect(study.state).toBe('done');
  });

  it('of a study that was rejected stays', () => {
    const handlers = handlersOver({ state: 'rejected' });
    expect(() => handlers['study.setState']({ StudyInstanceUID: StudyUid.parse('2.25.1'), state: 'done' }, context)).toThrow(
      'a study that is rejected cannot become done',
    );
  });
});
