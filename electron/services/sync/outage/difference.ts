import { isDeepStrictEqual } from 'node:util';
import type { OwnResult, ReconcileChoice, ReconcileItem, ReconcileKind, StudyUid } from '@shared/domain';

/** A study as it is here. */
export interface LocalStudy {
  readonly StudyInstanceUID: StudyUid;
  readonly PatientName: string;
  readonly PatientID: string;
  readonly IssuerOfPatientID: string;
  readonly PatientBirthDate: string;
  readonly PatientSex: string;
  readonly AccessionNumber: string;
  readonly StudyDate: string;
  readonly StudyDescription: string;
  readonly Modalities: readonly string[];
  readonly objects: readonly {
    readonly SOPInstanceUID: string;
    readonly SeriesInstanceUID: string;
    /** The archive had it, by proof. */ readonly wasThere: boolean;
  }[];
  /** Objects of it wait to be sent, or marks of it are not finished. */
  readonly unsent: number;
  /** What was made here and is not sent. */
  readonly results: readonly OwnResult[];
}

/** An object that the archive has with other content under the same SOP Instance UID. */
export interface ReplacedObject {
  readonly SOPInstanceUID: string;
  readonly SeriesInstanceUID: string;
  /** False: what the archive says of it differs, its copy could not be had for comparing. */
  readonly isCompared: boolean;
}

/** Others by turns: a few, or as many as a quiet moment is for, every minute. */
export type SampleSize = 'none' | 'few' | 'many';

/** Which copies are compared although nothing that the archive says speaks for a difference. */
export interface HowToLook {
  readonly sample: SampleSize;
  /** Those that were found to be replaced. */
  readonly known: readonly string[];
  /** Those that were kept as they are: nothing is asked about them any more. */
  readonly answered: readonly string[];
}

/** The same study as the archive has it now. */
export interface RemoteStudy {
  readonly PatientName: string;
  readonly PatientID: string;
  readonly IssuerOfPatientID: string;
  readonly PatientBirthDate: string;
  readonly PatientSex: string;
  readonly AccessionNumber: string;
  readonly objects: readonly { readonly SOPInstanceUID: string; readonly SeriesInstanceUID: string }[];
  /** Rejection notes of the study, with the objects that each names. */
  readonly rejections: readonly { readonly title: string; readonly references: readonly string[] }[];
  /** Objects that it describes in other words than they are here. */
  readonly suspects: readonly string[];
  readonly replaced: readonly ReplacedObject[];
}

export type Choice = ReconcileItem['choices'][number];

interface Difference {
  readonly there: string;
  readonly here: string;
  readonly objects: readonly string[];
  readonly choices: readonly Choice[];
  readonly usual: ReconcileChoice;
  readonly values?: ReconcileItem['values'];
}

/** One difference of a study, with what can be done about it. */
export function difference(local: LocalStudy, kind: ReconcileKind, about: Difference): ReconcileItem {
  const { StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, Modalities, unsent, results } = local;
  const { there, here, objects, choices, usual, values = [] } = about;
  const hold: Choice = { id: 'hold', text: 'Hold', willHappen: 'Nothing is sent or changed; you are asked again' };
  return {
    id: `${kind} ${StudyInstanceUID}`,
    ...{ kind, StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, there, here, unsent, values: [...values], results: [...results] },
    Modalities: [...Modalities],
    objects: [...objects],
    // Over unsent work nothing is done by itself.
    choices: unsent > 0 ? [...choices, hold] : [...choices],
    ...(unsent > 0 ? {} : { choice: usual }),
  };
}

export function hereWords(local: LocalStudy): string {
  const { unsent, results } = local;
  if (results.length > 0) return `${plural(imagesOf(local), 'image')}, ${plural(results.length, 'result')} not sent`;
  return `${plural(imagesOf(local), 'image')}, ${unsent === 0 ? 'no unsent work' : `${String(unsent)} unsent`}`;
}

/** Objects of the study without what was made here and is not sent. */
export function imagesOf({ objects, results }: LocalStudy): number {
  const own = new Set(results.map(({ SOPInstanceUID }) => SOPInstanceUID));
  return objects.filter(({ SOPInstanceUID }) => !own.has(SOPInstanceUID)).length;
}

export function plural(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** What went wrong, to be put into a sentence. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : 'no reason given';
}

export function holdWords({ there }: ReconcileItem): string {
  return `${there}: choose in "Reconcile"`;
}

/** Somebody has applied a choice about it. Words count images, and do not tell which: other images of the same count are another difference. What is said of the patient is about all. */
export function isAnswered({ id, there, kind, objects }: ReconcileItem, before: readonly ReconcileItem[]): boolean {
  const answers = before.filter((one) => one.id === id && one.there === there && one.applied !== undefined);
  if (kind === 'reidentified') return answers.length > 0;
  const answered = new Set(answers.flatMap((one) => one.objects));
  return answers.length > 0 && objects.every((uid) => answered.has(uid));
}

/**
 * Rows with what was found of one study in the place of what was known of it. What somebody has applied is not asked again while it is the same difference, and the choice
 * about the very same difference stays made.
 */
export function withFound(before: readonly ReconcileItem[], uid: StudyUid, found: readonly ReconcileItem[]): ReconcileItem[] {
  const fresh = found.filter((item) => !isAnswered(item, before)).map((item) => withChoice(item, before));
  const ids = new Set(fresh.map(({ id }) => id));
  return [...before.filter((item) => item.StudyInstanceUID !== uid || (item.applied !== undefined && !ids.has(item.id))), ...fresh];
}

function withChoice(item: ReconcileItem, before: readonly ReconcileItem[] = []): ReconcileItem {
  const about = ({ there, unsent, objects, results, values }: ReconcileItem) => [there, unsent, objects, results, values];
  const known = before.find(({ id, applied }) => id === item.id && applied === undefined);
  if (known?.choice === undefined || !isDeepStrictEqual(about(known), about(item))) return item;
  return item.choices.some(({ id }) => id === known.choice) ? { ...item, choice: known.choice } : item;
}
