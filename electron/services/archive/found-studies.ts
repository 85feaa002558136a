import { type ArchiveStudy, patientKeyOf, type PatientKey, type StudyPlace, type StudyRow } from '@shared/domain';

/** What searches at archives brought in this run. The list of studies shows it beside what is here. */
export interface FoundStudies {
  begin(searchId: string, node: string, asOf: string): void;
  add(searchId: string, studies: readonly ArchiveStudy[]): void;
  /** Those of these searches that are forgotten. */
  gone(searchIds: readonly string[]): string[];
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
const KEPT_SEARCHES = 800;
/** And when together they found more than this, a few hundred megabytes. */
const KEPT_STUDIES = 600_000;

export function createFoundStudies(keptStudies = KEPT_STUDIES): FoundStudies {
  const searches = new Map<string, Search>();
  let version = 0;
  let held = 0;
  let merged: { readonly key: string; readonly rows: readonly StudyRow[] } | undefined;

  const chosen = (searchIds?: readonly string[]): Search[] =>
    searchIds === undefined ? [...searches.values()].reverse() : searchIds.flatMap((id) => searches.get(id) ?? []);

  function forget(searchId: string): void {
    held -= searches.get(searchId)?.studies.size ?? 0;
    searches.delete(searchId);
    version++;
  }

  function places(uid: string, searchIds?: readonly string[]): StudyPlace[] {
    return placesIn(
      chosen(searchIds).filter(({ studies }) => studies.has(uid)),
      uid,
    );
  }

  function rowOf(uid: string): StudyRow | undefined {
    return rowIn(
      chosen().filter(({ studies }) => studies.has(uid)),
      uid,
    );
  }

  return {
    begin(searchId, node, asOf) {
      searches.set(searchId, { node, asOf, studies: new Map() });
      for (const oldest of [...searches.keys()].slice(0, Math.max(0, searches.size - KEPT_SEARCHES))) forget(oldest);
    },
    add(searchId, studies) {
      const search = searches.get(searchId);
      if (search === undefined || studies.length === 0) return;
      held -= search.studies.size;
      for (const study of studies) search.studies.set(study.StudyInstanceUID, study);
      held += search.studies.size;
      version++;
      for (const oldest of [...searches.keys()]) if (held > keptStudies && oldest !== searchId) forget(oldest);
    },
    gone: (searchIds) => searchIds.filter((id) => !searches.has(id)),
    rows(searchIds) {
      const key = `${String(version)} ${searchIds.join(' ')}`;
      if (merged?.key !== key) {
        const lists = new Map<string, Search[]>();
        for (const search of chosen(searchIds)) {
          for (const uid of search.studies.keys()) {
            const list = lists.get(uid);
            if (list === undefined) lists.set(uid, [search]);
            else list.push(search);
          }
        }
        merged = { key, rows: [...lists].flatMap(([uid, found]) => rowIn(found, uid) ?? []) };
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

/** As the first of the searches that found it has it. */
function rowIn(found: readonly Search[], uid: string): StudyRow | undefined {
  const study = found[0]?.studies.get(uid);
  return study === undefined ? undefined : remoteRow(study, placesIn(found, uid));
}

function placesIn(found: readonly Search[], uid: string): StudyPlace[] {
  const byNode = new Map<string, StudyPlace>();
  for (const { node, asOf, studies } of found) {
    const study = studies.get(uid);
    if (study === undefined || byNode.has(node)) continue;
    const { instanceCount, seriesCount } = study;
    byNode.set(node, { node, asOf, ...(instanceCount === undefined ? {} : { instanceCount }), ...(seriesCount === undefined ? {} : { seriesCount }) });
  }
  return [...byNode.values()];
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
