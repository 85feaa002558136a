import type { ReconcileItem } from '@shared/domain';
import { type Choice, difference, hereWords, imagesOf, type LocalStudy, plural, type RemoteStudy } from './difference';

const VALUES = [
  ['PatientID', 'Patient ID'],
  ['IssuerOfPatientID', 'Issuer'],
  ['PatientName', 'Name'],
  ['PatientBirthDate', 'Born'],
  ['PatientSex', 'Sex'],
  ['AccessionNumber', 'Accession'],
] as const;

/** The archive knows the study under another patient, or other values of the same one. */
export function reidentified(node: string, local: LocalStudy, remote: RemoteStudy | undefined): ReconcileItem | undefined {
  if (remote === undefined) return undefined;
  // An archive that does not return a value says nothing of it.
  const differs = VALUES.filter(([key]) => remote[key] !== '' && folded(remote[key]) !== folded(local[key]));
  if (differs.length === 0) return undefined;
  const show = ([key, name]: (typeof VALUES)[number]): string => `${name} ${local[key] === '' ? 'none' : readable(local[key])} \u2192 ${readable(remote[key])}`;
  const there = new Set(remote.objects.map(({ SOPInstanceUID }) => SOPInstanceUID));
  const both = local.objects.filter(({ SOPInstanceUID }) => there.has(SOPInstanceUID));
  return difference(local, 'reidentified', {
    there: `re-identified: ${differs.map(show).join(', ')}`,
    here: hereWords(local),
    objects: both.map(({ SOPInstanceUID }) => SOPInstanceUID),
    choices: local.results.length > 0 ? withResults(node, local, remote, both.length) : withoutResults(node, local, both.length),
    usual: 'follow',
    values: [
      ...VALUES.map(([key, name]) => ({ name, here: readable(local[key]), there: readable(remote[key]) })),
      { name: 'Images', here: String(imagesOf(local)), there: String(remote.objects.length) },
      { name: 'UIDs', here: `${String(both.length)} equal`, there: `${String(both.length)} equal` },
    ],
  });
}

/** What only this station has and did not make stays: nobody could fetch it again, and received bytes are not rewritten. */
function stays(node: string, local: LocalStudy, both: number): string {
  const own = local.objects.length - both - local.results.length;
  return own <= 0 ? '' : `; ${plural(own, 'object')} that ${node} does not have ${own === 1 ? 'stays' : 'stay'}, with the old values`;
}

function withoutResults(node: string, local: LocalStudy, both: number): Choice[] {
  return [
    {
      id: 'follow',
      text: `Follow ${node}`,
      willHappen: `Fetched again as ${node} has it; the old copy is set aside, 30 days${stays(node, local, both)}`,
    },
    { id: 'asIs', text: 'As it is', willHappen: local.unsent > 0 ? 'What waits is sent with the old values' : 'Shown here with the old values' },
  ];
}

/** Results that were made here are ours: they may be written again, as new objects, for the patient that the archive names. */
function withResults(node: string, local: LocalStudy, remote: RemoteStudy, both: number): Choice[] {
  const isOtherId = remote.PatientID !== '' && folded(remote.PatientID) !== folded(local.PatientID);
  const words = (id: string): string => (isOtherId ? `, ${readable(id)}` : '');
  const results = plural(local.results.length, 'result');
  const isOne = local.results.length === 1;
  return [
    {
      id: 'newId',
      text: isOtherId ? 'New ID' : 'New values',
      willHappen: `${results} written again with the values of ${node}${words(remote.PatientID)} and sent; the old ${isOne ? 'one is' : 'ones are'} set aside, 30 days. Images are fetched again${stays(node, local, both)}`,
    },
    {
      id: 'oldId',
      text: isOtherId ? 'Old ID' : 'Old values',
      willHappen: `${results} sent as ${isOne ? 'it is' : 'they are'}${words(local.PatientID)}; ${node} may refuse ${isOne ? 'it or set it' : 'them or set them'} aside`,
    },
  ];
}

/** Objects of the same UID and other content. Both are kept: one here, the other one at the archive, until somebody chooses. */
export function replaced(node: string, local: LocalStudy, remote: RemoteStudy | undefined): ReconcileItem | undefined {
  const found = remote?.replaced ?? [];
  if (found.length === 0) return undefined;
  const guessed = found.filter(({ isCompared }) => !isCompared).length;
  const images = plural(found.length, 'image');
  const about =
    guessed === 0
      ? ''
      : `; ${guessed === found.length ? '' : `${String(guessed)} of them `}by what ${node} says of ${guessed === 1 ? 'it' : 'them'}, not compared`;
  return difference(local, 'replaced', {
    there: `${images} replaced, same UID, other content${about}`,
    here: hereWords(local),
    objects: found.map(({ SOPInstanceUID }) => SOPInstanceUID),
    choices: [
      {
        id: 'useNew',
        text: 'Use new',
        willHappen: `${images} fetched again from ${node}; the old one${found.length === 1 ? ' is' : 's are'} set aside, 30 days`,
      },
      { id: 'keepOld', text: 'Keep old', willHappen: `Shown here as before; ${node} has other content` },
    ],
    usual: 'useNew',
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
