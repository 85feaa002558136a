import type { QueryKeys, QueryLevel } from '../dimse';

/** An object as an archive lists it (IMAGE-level C-FIND). */
export interface RemoteObject {
  readonly SeriesInstanceUID: string;
  readonly SOPInstanceUID: string;
  /** Empty where it was not asked for: some archives open every file to answer that. */
  readonly SOPClassUID: string;
}

/** One C-MOVE or C-GET: what to ask for and which objects it must bring. */
export interface RetrieveStep {
  readonly level: QueryLevel;
  readonly keys: QueryKeys;
  readonly wanted: readonly RemoteObject[];
}

/** UIDs in one request at IMAGE level: far below the longest value of an explicit UI (64 KiB). */
const UIDS_A_STEP = 200;

export function missing(remote: readonly RemoteObject[], isHere: (SOPInstanceUID: string) => boolean): RemoteObject[] {
  return remote.filter((object) => !isHere(object.SOPInstanceUID));
}

/**
 * The fewest requests that bring what is missing and not what is here: the study, whole series, or single objects. `whole`: `remote` is all that the
 * archive has of the study.
 */
export function planRetrieve(StudyInstanceUID: string, remote: readonly RemoteObject[], lacking: readonly RemoteObject[], whole = true): RetrieveStep[] {
  if (lacking.length === 0) return [];
  if (whole && lacking.length === remote.length) return [{ level: 'STUDY', keys: { StudyInstanceUID }, wanted: lacking }];
  const all = bySeries(remote);
  return [...bySeries(lacking)].flatMap(([SeriesInstanceUID, wanted]) =>
    wanted.length === all.get(SeriesInstanceUID)?.length
      ? [{ level: 'SERIES' as const, keys: { StudyInstanceUID, SeriesInstanceUID }, wanted }]
      : imageSteps(StudyInstanceUID, wanted),
  );
}

/** Exactly these objects, by their UIDs (reliability O11). */
export function imageSteps(StudyInstanceUID: string, wanted: readonly RemoteObject[]): RetrieveStep[] {
  const steps: RetrieveStep[] = [];
  for (const [SeriesInstanceUID, objects] of bySeries(wanted)) {
    for (let at = 0; at < objects.length; at += UIDS_A_STEP) {
      const part = objects.slice(at, at + UIDS_A_STEP);
      const SOPInstanceUID = part.map((object) => object.SOPInstanceUID).join('\\');
      steps.push({ level: 'IMAGE', keys: { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }, wanted: part });
    }
  }
  return steps;
}

function bySeries(objects: readonly RemoteObject[]): Map<string, RemoteObject[]> {
  const series = new Map<string, RemoteObject[]>();
  for (const object of objects) {
    const list = series.get(object.SeriesInstanceUID);
    if (list) list.push(object);
    else series.set(object.SeriesInstanceUID, [object]);
  }
  return series;
}
