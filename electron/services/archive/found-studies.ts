import { type ArchiveStudy, patientKeyOf, type PatientKey, type StudyPlace, type StudyRow } from '@shared/domain';

/** What searches at archives brought in this run. The list of studies shows it beside what is here. */
export interface FoundStudies {
  begin(searchId: string, node: string, asOf: string): void;
  add(searchId: string, studies: readonly ArchiveStudy[]): void;
  /** Each study of these searches once, as if nothing of it were here. The same array until something new is found. */
  rows(searchIds: readonly string[]): readonly StudyRow[];
  /** Archives that listed it in these searches, or in any search of this run. */
  places(StudyInstanceUID: string, searchIds?: readonly string[]): StudyPlace[];
  /** As the latest search has it. */
  row(StudyInstanceUID: string): StudyRow | undefined;
  ofPatient(key: PatientKey): StudyRow[];
}

interface Search {
  readonly node: string;
  readonly asOf: string;
  readonly studies: Map<string, ArchiveStudy>;
}

/** The oldest searches are forgotten first: several archives, each asked for all that free words can mean, more than once. */
const KEPT_SEARCHES = 120;

export function createFoundStudies(): FoundStudies {
  const searches = new Map<string, Search>();
  let version = 0;
  let merged: { readonly key: string; readonly rows: readonly StudyRow[] } | undefined;

  const chosen = (searchIds?: readonly string[]): Search[] =>
    searchIds === undefined ? [...searches.values()].reverse() : searchIds.flatMap((id) => searches.get(id) ?? []);

  function places(uid: string, searchIds?: readonly string[]): StudyPlace[] {
    const byNode = new Map<string, StudyPlace>();
    for (const { node, asOf, studies } of chosen(searchIds)) {
      const study = studies.get(uid);
      if (study === undefined || byNode.has(node)) continue;
      const { instanceCount, seriesCount } = study;
      byNode.set(node, { node, asOf, ...(instanceCount === undefined ? {} : { instanceCount }), ...(seriesCount === undefined ? {} : { seriesCount }) });
    }
    return [...byNode.values()];
  }

  function rowOf(uid: string, searchIds?: readonly string[]): StudyRow | undefined {
    const study = chosen(searchIds)
      .find(({ studies }) => studies.has(uid))
      ?.studies.get(uid);
    return study === undefined ? undefined : remoteRow(study, places(uid, searchIds));
  }

  return {
    begin(searchId, node, asOf) {
      searches.set(searchId, { node, asOf, studies: new Map() });
      for (const oldest of [...searches.keys()].slice(0, Math.max(0, searches.size - KEPT_SEARCHES))) searches.delete(oldest);
    },
    add(searchId, studies) {
      const search = searches.get(searchId);
      if (search === undefined || studies.length === 0) return;
      for (const study of studies) search.studies.set(study.StudyInstanceUID, study);
      version++;
    },
    rows(searchIds) {
      const key = `${String(version)} ${searchIds.join(' ')}`;
      if (merged?.key !== key) {
        const uids = new Set(chosen(searchIds).flatMap(({ studies }) => [...studies.keys()]));
        merged = { key, rows: [...uids].flatMap((uid) => rowOf(uid, searchIds) ?? []) };
      }
      return merged.rows;
    },
    places,
    row: (uid) => rowOf(uid),
    ofPatient(key) {
      const uids = new Set<string>();
      for (const { studies } of searches.values()) {
        for (const study of studies.values()) if (patientKeyOf(study.PatientID, study.IssuerOfPatientID) === key) uids.add(study.StudyInstanceUID);
      }
      return [...uids].flatMap((uid) => rowOf(uid) ?? []);
    },
  };
}

/** Nothing of it is here: counts and sizes of what is here are 0, and nobody here has read it. */
function remoteRow(study: ArchiveStudy, at: StudyPlace[]): StudyRow {
  const { instanceCount: _all, seriesCount: _series, hereCount: _here, ...described } = study;
  return {
    ...described,
    patientKey: patientKeyOf(study.PatientID, study.IssuerOfPatientID),
    seriesCount: 0,
    instanceCount: 0,
    sizeBytes: 0,
    state: 'unread',
    urgent: false,
    where: { kind: 'remote' },
    at,
    identityConflict: false,
    lastArrivalAt: new Date(0).toISOString(),
  };
}
