import { NO_PATIENT_STUDY } from '@shared/dicom';
import { SeriesUid, type StudyRow, StudyUid } from '@shared/domain';
import type { Cache } from '../cache';
import { type Candidate, type QueryAttribute, type QuerySource, REQUEST_ATTRIBUTES, type Selection, type SendObject, type Value } from '../dimse';
import type { Index, InstanceRecord } from '../index';
import { readElementTree } from '../part10';
import { heldObject } from './held-object';

const PAGE = 500;
const REQUEST_ATTRIBUTES_SEQUENCE = 0x00400275;

export interface QuerySourceParts {
  readonly index: Pick<Index, 'search' | 'getStudy' | 'series' | 'instances' | 'seriesInstances' | 'instanceByUid'>;
  readonly cache: Pick<Cache, 'readRange' | 'flushRows'>;
}

/** What the cache holds, as queries and retrieves of other nodes see it. */
export function createQuerySource({ index, cache }: QuerySourceParts): QuerySource {
  return {
    *studies(uids) {
      if (uids !== undefined) {
        yield uids.flatMap((uid) => studyByUid(index, uid) ?? []).map((row) => studyCandidate(index, row));
        return;
      }
      const seen = new Set<string>();
      for (let offset = 0; ; offset += PAGE) {
        const { rows } = index.search({ filter: {}, sort: { key: 'StudyDate', descending: true }, offset, limit: PAGE });
        // what arrives meanwhile moves the pages
        const fresh = rows.filter(({ StudyInstanceUID }) => !seen.has(StudyInstanceUID));
        for (const { StudyInstanceUID } of fresh) seen.add(StudyInstanceUID);
        yield fresh.filter(isOfPatient).map((row) => studyCandidate(index, row));
        if (rows.length < PAGE) return;
      }
    },
    async series(uid, wanted) {
      const study = StudyUid.safeParse(uid);
      if (!study.success || uid === NO_PATIENT_STUDY) return [];
      const candidates: Candidate[] = [];
      for (const row of index.series(study.data)) {
        const first = lazily(() => inSeries(index, row.SeriesInstanceUID, uid)[0]);
        const requests = wanted.has('RequestAttributesSequence') ? await requestAttributes(cache, first()) : undefined;
        const known: Partial<Record<QueryAttribute, Value>> = {
          ...row,
          NumberOfSeriesRelatedInstances: String(row.instanceCount),
          RequestAttributesSequence: requests,
        };
        candidates.push((attribute) => (attribute === 'ProtocolName' ? (first()?.attributes.ProtocolName ?? '') : known[attribute]));
      }
      return candidates;
    },
    images: (study, series) => imagesOf(index, study, series).map(imageCandidate),
    objects: (selection) => recordsOf(index, selection).map((record): SendObject => heldObject(cache, record)),
    settle: () => Promise.resolve(cache.flushRows()),
  };
}

function studyByUid(index: QuerySourceParts['index'], uid: string): StudyRow | undefined {
  const parsed = StudyUid.safeParse(uid);
  return parsed.success && isOfPatient({ StudyInstanceUID: uid }) ? index.getStudy(parsed.data) : undefined;
}

/** What stands under the study of our own making is nobody else's business. */
function isOfPatient({ StudyInstanceUID }: { readonly StudyInstanceUID: string }): boolean {
  return StudyInstanceUID !== NO_PATIENT_STUDY;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function studyCandidate(index: QuerySourceParts['index'], row: StudyRow): Candidate {
  const instances = lazily(() => index.instances(row.StudyInstanceUID));
  return (attribute) => {
    switch (attribute) {
      case 'ModalitiesInStudy':
        return row.ModalitiesInStudy.join('\\');
      case 'NumberOfStudyRelatedSeries':
        return String(row.seriesCount);
      case 'NumberOfStudyRelatedInstances':
        return String(row.instanceCount);
      case 'SOPClassesInStudy':
        return [...new Set(instances().map(({ attributes }) => attributes.SOPClassUID))].join('\\');
      case 'StudyID':
        return instances()[0]?.attributes.StudyID ?? '';
      default: {
        const value: unknown = row[attribute as keyof StudyRow];
        return typeof value === 'string' ? value : undefined;
      }
    }
  };
}

function imageCandidate({ attributes }: InstanceRecord): Candidate {
  return (attribute) => {
    switch (attribute) {
      case 'NumberOfFrames':
        return attributes.image === undefined ? '' : String(attributes.NumberOfFrames);
      case 'ImageType':
        return attributes.ImageType.join('\\');
      case 'AvailableTransferSyntaxUID':
        return attributes.TransferSyntaxUID;
      default: {
        const value: unknown = attributes[attribute as keyof typeof attributes];
        return typeof value === 'string' ? value : undefined;
      }
    }
  };
}

/** A series UID may stand in two studies of a careless modality. */
function inSeries(index: QuerySourceParts['index'], series: string, study: string): InstanceRecord[] {
  const parsed = SeriesUid.safeParse(series);
  return parsed.success ? index.seriesInstances(parsed.data).filter(({ attributes }) => attributes.StudyInstanceUID === study) : [];
}

function imagesOf(index: QuerySourceParts['index'], study: string, series: readonly string[] | undefined): InstanceRecord[] {
  if (study === NO_PATIENT_STUDY) return [];
  if (series !== undefined) return series.flatMap((uid) => inSeries(index, uid, study));
  const parsed = StudyUid.safeParse(study);
  return parsed.success ? index.instances(parsed.data) : [];
}

/** The objects under all the keys that are named. */
function recordsOf(index: QuerySourceParts['index'], selection: Selection): InstanceRecord[] {
  const { SOPInstanceUID, SeriesInstanceUID, StudyInstanceUID, PatientID } = selection;
  const isWanted = ({ attributes }: InstanceRecord): boolean =>
    isOfPatient(attributes) &&
    SOPInstanceUID?.includes(attributes.SOPInstanceUID) !== false &&
    SeriesInstanceUID?.includes(attributes.SeriesInstanceUID) !== false &&
    StudyInstanceUID?.includes(attributes.StudyInstanceUID) !== false &&
    PatientID?.includes(attributes.PatientID) !== false;
  return candidatesOf(index, selection).filter(isWanted);
}

/** By the most precise key there is. */
function candidatesOf(index: QuerySourceParts['index'], { SOPInstanceUID, SeriesInstanceUID, StudyInstanceUID, PatientID }: Selection): InstanceRecord[] {
  if (SOPInstanceUID !== undefined) return [...new Set(SOPInstanceUID)].flatMap((uid) => index.instanceByUid(uid) ?? []);
  if (SeriesInstanceUID !== undefined) {
    return [...new Set(SeriesInstanceUID)].flatMap((uid) => {
      const parsed = SeriesUid.safeParse(uid);
      return parsed.success ? index.seriesInstances(parsed.data) : [];
    });
  }
  const studies = StudyInstanceUID ?? studiesOfPatients(index, PatientID ?? []);
  return [...new Set(studies)].flatMap((uid) => imagesOf(index, uid, undefined));
}

function studiesOfPatients(index: QuerySourceParts['index'], ids: readonly string[]): string[] {
  const found: string[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const { rows } = index.search({ filter: {}, sort: { key: 'PatientID', descending: false }, offset, limit: PAGE });
    found.push(...rows.filter((row) => ids.includes(row.PatientID)).map((row) => row.StudyInstanceUID));
    if (rows.length < PAGE) return found;
  }
}

/** Items of Request Attributes Sequence of an object; empty when there are none, or the object cannot be read now. */
async function requestAttributes(cache: QuerySourceParts['cache'], record: InstanceRecord | undefined): Promise<ReadonlyMap<number, string>[]> {
  if (record === undefined) return [];
  const { id, sizeBytes, attributes } = record;
  const reader = { read: (offset: number, length: number) => cache.readRange(id, offset, Math.max(0, Math.min(length, sizeBytes - offset))) };
  try {
    const { root } = await readElementTree(reader, {
      TransferSyntaxUID: attributes.TransferSyntaxUID,
      wanted: (tag, level) => (level === 1 ? (REQUEST_ATTRIBUTES.has(tag) ? 1024 : 0) : tag === 0x00080005 ? 256 : 0),
      sequences: new Set([REQUEST_ATTRIBUTES_SEQUENCE]),
    });
    const set = root.characterSet();
    return root.items(REQUEST_ATTRIBUTES_SEQUENCE).map((item) => {
      const values = new Map<number, string>();
      for (const tag of REQUEST_ATTRIBUTES.keys()) if (item.has(tag)) values.set(tag, item.localText(tag, item.characterSet(set)));
      return values;
    });
  } catch {
    return [];
  }
}
