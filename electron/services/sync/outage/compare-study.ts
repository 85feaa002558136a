import type { ReconcileChoice, ReconcileItem, ReconcileKind, StudyUid } from '@shared/domain';

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
  /** Objects of it wait to be sent. */
  readonly unsent: number;
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
}

type Choice = ReconcileItem['choices'][number];

const VALUES = [
  ['PatientID', 'Patient ID'],
  ['IssuerOfPatientID', 'Issuer'],
  ['PatientName', 'Name'],
  ['PatientBirthDate', 'Born'],
  ['PatientSex', 'Sex'],
  ['AccessionNumber', 'Accession'],
] as const;

/** What differs, each difference with what can be done about it. `remote` undefined: the archive does not know the study. Empty: nothing. */
export function compareStudy(node: string, local: LocalStudy, remote: RemoteStudy | undefined): ReconcileItem[] {
  const items = [rejected(node, local, remote), reidentified(node, local, remote), newObjects(node, local, remote), missing(node, local, remote)];
  return items.flatMap((item) => item ?? []);
}

function made(
  local: LocalStudy,
  kind: ReconcileKind,
  about: { there: string; here: string; objects: readonly string[]; choices: readonly Choice[]; usual: ReconcileChoice; values?: ReconcileItem['values'] },
): ReconcileItem {
  const { StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, Modalities, unsent } = local;
  const { there, here, objects, choices, usual, values = [] } = about;
  const hold: Choice = { id: 'hold', text: 'Hold', willHappen: 'Nothing is sent or changed; you are asked again' };
  return {
    id: `${kind} ${StudyInstanceUID}`,
    ...{ kind, StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, there, here, unsent, values: [...values] },
    Modalities: [...Modalities],
    objects: [...objects],
    // Over unsent work nothing is done by itself.
    choices: unsent > 0 ? [...choices, hold] : [...choices],
    ...(unsent > 0 ? {} : { choice: usual }),
  };
}

function hereWords({ objects, unsent }: LocalStudy): string {
  return `${plural(objects.length, 'image')}, ${unsent === 0 ? 'no unsent work' : `${String(unsent)} unsent`}`;
}

function rejected(node: string, local: LocalStudy, remote: RemoteStudy | undefined): ReconcileItem | undefined {
  const here = new Set(local.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
  const notes = remote?.rejections.filter(({ references }) => references.some((uid) => here.has(uid))) ?? [];
  if (notes.length === 0) return undefined;
  const objects = [...new Set(notes.flatMap(({ references }) => references))].filter((uid) => here.has(uid));
  const which = objects.length === local.objects.length ? 'all of them' : `${String(objects.length)} of ${String(local.objects.length)}`;
  return made(local, 'rejected', {
    there: `rejected: ${notes.map(({ title }) => title).join('; ')}`,
    here: `${hereWords(local)}; rejected: ${which}`,
    objects,
    choices: [
      { id: 'follow', text: `Follow ${node}`, willHappen: `${plural(objects.length, 'image')} set aside here, 30 days` },
      { id: 'keep', text: 'Keep', willHappen: 'Shown here as before' },
    ],
    usual: 'follow',
  });
}

function reidentified(node: string, local: LocalStudy, remote: RemoteStudy | undefined): ReconcileItem | undefined {
  if (remote === undefined) return undefined;
  // An archive that does not return a value says nothing of it.
  const differs = VALUES.filter(([key]) => remote[key] !== '' && folded(remote[key]) !== folded(local[key]));
  if (differs.length === 0) return undefined;
  const show = ([key, name]: (typeof VALUES)[number]): string => `${name} ${local[key] === '' ? 'none' : readable(local[key])} \u2192 ${readable(remote[key])}`;
  // What only this station has stays: nobody could fetch it again.
  const there = new Set(remote.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
  const both = local.objects.filter(({ SOPInstanceUID }) => there.has(SOPInstanceUID));
  const own = local.objects.length - both.length;
  const stays = own === 0 ? '' : `; ${plural(own, 'object')} that ${node} does not have ${own === 1 ? 'stays' : 'stay'}, with the old values`;
  return made(local, 'reidentified', {
    there: `re-identified: ${differs.map(show).join(', ')}`,
    here: hereWords(local),
    objects: both.map(({ SOPInstanceUID }) => SOPInstanceUID),
    choices: [
      { id: 'follow', text: `Follow ${node}`, willHappen: `Fetched again as ${node} has it; the old copy is set aside, 30 days${stays}` },
      { id: 'asIs', text: 'As it is', willHappen: local.unsent > 0 ? 'What waits is sent with the old values' : 'Shown here with the old values' },
    ],
    usual: 'follow',
    values: [
      ...VALUES.map(([key, name]) => ({ name, here: readable(local[key]), there: readable(remote[key]) })),
      { name: 'Images', here: String(local.objects.length), there: String(remote.objects.length) },
      { name: 'UIDs', here: `${String(both.length)} equal`, there: `${String(both.length)} equal` },
    ],
  });
}

function newObjects(node: string, local: LocalStudy, remote: RemoteStudy | undefined): ReconcileItem | undefined {
  if (remote === undefined) return undefined;
  const here = new Set(local.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
  const fresh = remote.objects.filter(({ SOPInstanceUID }) => !here.has(SOPInstanceUID));
  if (fresh.length === 0) return undefined;
  const known = new Set(local.objects.map(({ SeriesInstanceUID }) => SeriesInstanceUID));
  const series = new Set(fresh.map(({ SeriesInstanceUID }) => SeriesInstanceUID).filter((uid) => !known.has(uid)));
  return made({ ...local, unsent: 0 }, 'newObjects', {
    there: `+ ${series.size > 0 ? `${String(series.size)} series, ` : ''}${plural(fresh.length, 'image')}`,
    here: hereWords(local),
    objects: fresh.map(({ SOPInstanceUID }) => SOPInstanceUID),
    choices: [
      { id: 'fetch', text: 'Fetch', willHappen: `Fetched from ${node}, ${plural(fresh.length, 'image')}` },
      { id: 'notNow', text: 'Not now', willHappen: `Stays at ${node}` },
    ],
    usual: 'fetch',
  });
}

function missing(node: string, local: LocalStudy, remote: RemoteStudy | undefined): ReconcileItem | undefined {
  const there = new Set(remote?.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
  const explained = new Set(remote?.rejections.flatMap(({ references }) => references));
  const lost = local.objects.filter(({ SOPInstanceUID, wasThere }) => wasThere && !there.has(SOPInstanceUID) && !explained.has(SOPInstanceUID));
  if (lost.length === 0) return undefined;
  return made(local, 'missing', {
    there:
      remote === undefined
        ? `not found, ${String(lost.length)} were proven`
        : `${String(lost.length)} of ${plural(local.objects.length, 'image')} not found, they were proven`,
    here: hereWords(local),
    objects: lost.map(({ SOPInstanceUID }) => SOPInstanceUID),
    choices: [
      { id: 'keep', text: 'Keep', willHappen: `Kept here, never deleted by itself; the proof of ${node} no longer counts` },
      { id: 'send', text: 'Send again', willHappen: `${plural(lost.length, 'image')} sent to ${node} again` },
    ],
    usual: 'keep',
  });
}

/** As values are compared: without case, padding and empty components (PS3.5 6.2.1). */
function folded(value: string): string {
  return value
    .split('=')[0]
    ?.normalize('NFKC')
    .toLowerCase()
    .replace(/[\^\s]+/g, ' ')
    .trim() as string;
}

function readable(value: string): string {
  return (value.split('=')[0] ?? '').replace(/\^+/g, ' ').trim();
}

function plural(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
