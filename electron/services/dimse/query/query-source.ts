import type { QueryLevel } from '../query-classes';
import type { SendObject } from '../send-object';
import type { QueryAttribute } from './attributes';
import type { Candidate } from './query-request';

/** What is here, for who asks from outside. Every call is short: pages are small, and what a query does not name is not read. */
export interface QuerySource {
  /** All studies, or those of these UIDs, in pages. */
  studies(uids: readonly string[] | undefined): Iterable<readonly Candidate[]>;
  /** `wanted`: what a query names; some of it stands in the objects only. */
  series(StudyInstanceUID: string, wanted: ReadonlySet<QueryAttribute>): Promise<readonly Candidate[]>;
  images(StudyInstanceUID: string, SeriesInstanceUIDs: readonly string[] | undefined): readonly Candidate[];
  /** Objects under unique keys of the level and of those above it. */
  objects(selection: Selection): readonly SendObject[];
  /** Everything acknowledged before this resolves can be found. */
  settle(): Promise<void>;
}

/** What a C-MOVE or C-GET asks for: lists of unique keys; the one of its own level is there. */
export interface Selection {
  readonly level: QueryLevel;
  readonly PatientID?: readonly string[];
  readonly StudyInstanceUID?: readonly string[];
  readonly SeriesInstanceUID?: readonly string[];
  readonly SOPInstanceUID?: readonly string[];
}
