import { CallError, type Handlers } from '@shared/contract';
import { sopClassLabel } from '@shared/dicom';
import { buildDisplaySets, namesPatient, type OpenedStudy, type PatientKey, type StudyRow, type StudyUid, type WorkState } from '@shared/domain';
import { contentChecksOf, type FoundStudies } from '../../archive';
import type { ServiceParts } from '../service-parts';

type StudyHandlers = Pick<Handlers<'services'>, 'study.search' | 'study.get' | 'study.open' | 'study.look' | 'study.opened' | 'study.setState' | 'priors.find'>;

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

export function studyHandlers({ index, found, env, archiving }: ServiceParts): StudyHandlers {
  const studyOf = (uid: StudyUid): StudyRow => {
    const study = index.getStudy(uid);
    if (study === undefined) throw new CallError('notFound', 'this study is not here (any more)');
    return study;
  };
  // Studies without a Patient ID share a key, not a patient: one is no prior of the other.
  const priorsOf = ({ patientKey, StudyInstanceUID }: StudyRow): StudyRow[] =>
    namesPatient(patientKey) ? index.priors(patientKey).filter((prior) => prior.StudyInstanceUID !== StudyInstanceUID) : [];
  /** With those that are only at archives, as far as searches of this run have listed them. */
  const everywhere = (key: PatientKey): StudyRow[] => {
    if (!namesPatient(key)) return [];
    const here = index.priors(key);
    const uids = new Set(here.map((study) => study.StudyInstanceUID));
    return [...here.map((row) => withPlaces(row, found)), ...found.ofPatient(key).filter((row) => !uids.has(row.StudyInstanceUID))];
  };
  const contentOf = (StudyInstanceUID: StudyUid): OpenedStudy => {
    // The revision is read first: an object that comes in between makes the answer older than it says, never newer.
    const revision = index.revision(StudyInstanceUID);
    const study = studyOf(StudyInstanceUID);
    const instances = index.instances(StudyInstanceUID).map(({ id, attributes }) => ({ instanceId: id, attributes }));
    return {
      study,
      series: index.series(StudyInstanceUID),
      displaySets: buildDisplaySets(instances, { sopClassName: sopClassLabel, patient: study }),
      priors: priorsOf(study),
      revision,
    };
  };
  return {
    'study.search': ({ searches = [], ...request }) => {
      const others = searches.length === 0 ? [] : found.rows(searches);
      const { rows, ...counts } = index.search({ ...request, others });
      return { ...counts, gone: found.gone(searches), rows: searches.length === 0 ? rows : rows.map((row) => withPlaces(row, found, searches)) };
    },
    'study.get': ({ StudyInstanceUID }) => {
      const keeping = index.keeping.keepingOf(StudyInstanceUID);
      return {
        study: studyOf(StudyInstanceUID),
        series: index.series(StudyInstanceUID),
        viewed: index.objects.viewedOf(StudyInstanceUID),
        ...(keeping && { keeping }),
        contents: contentChecksOf(index, StudyInstanceUID),
      };
    },
    'study.open': ({ StudyInstanceUID }) => {
      const content = contentOf(StudyInstanceUID);
      archiving.eviction.opened(StudyInstanceUID);
      return content;
    },
    'study.look': ({ StudyInstanceUID }) => contentOf(StudyInstanceUID),
    'study.opened': ({ StudyInstanceUID }) => {
      const priors = priorsOf(studyOf(StudyInstanceUID));
      archiving.eviction.opened(StudyInstanceUID);
      return { priors };
    },
    'study.setState': ({ StudyInstanceUID, state }, { actor }) => {
      const before = studyOf(StudyInstanceUID);
      if (before.state === state) return { study: before };
      if (!READER_TRANSITIONS[before.state].includes(state)) throw new CallError('badRequest', `a study that is ${before.state} cannot become ${state}`);
      const study = index.setState(StudyInstanceUID, state, actor.user, env.clock.now());
      if (study === undefined) throw new CallError('notFound', 'this study is not here (any more)');
      return { study };
    },
    'priors.find': ({ patientKey }) => ({ studies: everywhere(patientKey) }),
  };
}

/** The row with the archives that listed the study, when any did. */
export function withPlaces(row: StudyRow, found: Pick<FoundStudies, 'places'>, searches?: readonly string[]): StudyRow {
  if (row.where.kind === 'remote') return row;
  const at = found.places(row.StudyInstanceUID, searches);
  return at.length === 0 ? row : { ...row, at };
}
