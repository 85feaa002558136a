import { CallError, type Handlers } from '@shared/contract';
import { sopClassLabel } from '@shared/dicom';
import { buildDisplaySets, namesPatient, type PatientKey, type StudyRow, type StudyUid, type WorkState } from '@shared/domain';
import type { ServiceParts } from '../service-parts';

type StudyHandlers = Pick<Handlers<'services'>, 'study.search' | 'study.get' | 'study.open' | 'study.setState' | 'priors.find'>;

/** Transitions that a reader may make (the technologist's states come with the bench). */
const READER_TRANSITIONS: Readonly<Record<WorkState, readonly WorkState[]>> = {
  unread: ['reading', 'done'],
  reading: ['unread', 'done'],
  done: ['reading', 'unread'],
  discussion: [],
  held: [],
  released: ['reading', 'done'],
  rejected: [],
};

export function studyHandlers({ index, env }: ServiceParts): StudyHandlers {
  const studyOf = (uid: StudyUid): StudyRow => {
    const study = index.getStudy(uid);
    if (study === undefined) throw new CallError('notFound', 'this study is not here (any more)');
    return study;
  };
  // Studies without a Patient ID share a key, not a patient: one is no prior of the other.
  const priorsOf = (key: PatientKey): StudyRow[] => (namesPatient(key) ? index.priors(key) : []);
  return {
    'study.search': (request) => index.search(request),
    'study.get': ({ StudyInstanceUID }) => ({ study: studyOf(StudyInstanceUID), series: index.series(StudyInstanceUID) }),
    'study.open': ({ StudyInstanceUID }) => {
      // The revision is read first: an object that comes in between makes the answer older than it says, never newer.
      const revision = index.revision(StudyInstanceUID);
      const study = studyOf(StudyInstanceUID);
      const instances = index.instances(StudyInstanceUID).map(({ id, attributes }) => ({ instanceId: id, attributes }));
      return {
        study,
        series: index.series(StudyInstanceUID),
        displaySets: buildDisplaySets(instances, { sopClassName: sopClassLabel }),
        priors: priorsOf(study.patientKey).filter((prior) => prior.StudyInstanceUID !== StudyInstanceUID),
        revision,
      };
    },
    'study.setState': ({ StudyInstanceUID, state }, { actor }) => {
      const before = studyOf(StudyInstanceUID);
      if (before.state === state) return { study: before };
      if (!READER_TRANSITIONS[before.state].includes(state)) throw new CallError('badRequest', `a study that is ${before.state} cannot become ${state}`);
      const study = index.setState(StudyInstanceUID, state, actor.user, env.clock.now());
      if (study === undefined) throw new CallError('notFound', 'this study is not here (any more)');
      return { study };
    },
    'priors.find': ({ patientKey }) => ({ studies: priorsOf(patientKey) }),
  };
}
