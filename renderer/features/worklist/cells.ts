import type { Job, StudyKeeping, StudyRow, WorkState } from '@shared/domain';
import { assertNever } from '@shared/util';
import { countText, parseDa } from '../../ui';

/** What the Where column says: a shape, words, and how far an arrival is. */
export interface WhereWords {
  readonly shape: 'here' | 'part' | 'remote' | 'offline' | 'waiting' | 'sent' | 'proven' | 'failed' | 'arriving' | 'setAside' | 'conflict';
  readonly text: string;
  readonly explained: string;
  /** 0..1 while arriving and it is known how many come. */
  readonly progress?: number;
}

/** What else is known of a study at this moment. */
export interface WhereContext {
  /** A fetch of it that has not ended. */
  readonly fetch?: Pick<Job, 'state' | 'done' | 'total'> | undefined;
  /** Archives that do not answer. */
  readonly silent?: ReadonlySet<string> | undefined;
  /** An archive has it otherwise, and nothing was done about that yet: in words. */
  readonly differs?: string | undefined;
}

export function whereWords(row: StudyRow, { fetch, silent = new Set() }: WhereContext = {}): WhereWords {
  if (fetch !== undefined) return fetchWords(fetch);
  if (row.where.kind === 'arriving') {
    const { received, expected } = row.where;
    const text = expected === undefined ? `arriving ${received}` : `arriving ${received} of ${expected}`;
    const explained = expected === undefined ? 'Images come at this moment. The sender did not say how many.' : 'Images come at this moment.';
    return { shape: 'arriving', text, explained, ...(expected === undefined || expected <= 0 ? {} : { progress: received / expected }) };
  }
  if (row.where.kind === 'setAside') {
    const text = `${row.where.count} set aside: ${row.where.reason}`;
    return { shape: 'setAside', text, explained: 'Objects of this study stand apart from the rest and are kept. Open "what was set aside" for each of them.' };
  }
  if (row.where.kind === 'remote') return remoteWords(row, silent);
  if (row.identityConflict) {
    return {
      shape: 'conflict',
      text: 'here, patients differ',
      explained: 'Objects of this study name different patients. They are shown as they came and never merged.',
    };
  }
  return partWords(row) ?? archivedWords(row) ?? HERE;
}

const HERE: WhereWords = { shape: 'here', text: 'here', explained: 'Every object that was acknowledged is on the disk of this station.' };

function fetchWords({ state, done, total }: NonNullable<WhereContext['fetch']>): WhereWords {
  const counts = total === undefined ? '' : `${done} of ${total}`;
  if (state === 'paused') return { shape: 'waiting', text: `paused ${counts}`.trim(), explained: 'The fetch is paused: go on with it in the transfers.' };
  if (state === 'waiting') return { shape: 'waiting', text: 'waiting to fetch', explained: 'It is fetched when the studies before it are here.' };
  if (total === undefined) return { shape: 'arriving', text: 'being fetched', explained: 'The archive is being asked what it has of this study.' };
  return { shape: 'arriving', text: `arriving ${counts}`, explained: 'It is being fetched from an archive.', progress: total === 0 ? 0 : done / total };
}

function remoteWords({ at = [] }: StudyRow, silent: ReadonlySet<string>): WhereWords {
  const names = at.map((place) => place.node).join(', ');
  if (at.length > 0 && at.every((place) => silent.has(place.node))) {
    return { shape: 'offline', text: 'not available offline', explained: `Nothing of it is here, and ${names} does not answer.` };
  }
  return { shape: 'remote', text: `at ${names}`, explained: 'Nothing of it is here. Opening it fetches it.' };
}

/** Fewer objects here than an archive says it has. What the archive counts is not known to be images. */
function partWords({ at = [], instanceCount }: StudyRow): WhereWords | undefined {
  const most = [...at].sort((a, b) => (b.instanceCount ?? 0) - (a.instanceCount ?? 0))[0];
  if (most?.instanceCount === undefined || most.instanceCount <= instanceCount) return undefined;
  const text = `here ${instanceCount} of ${most.instanceCount}`;
  return {
    shape: 'part',
    text,
    explained: `${most.node} has ${most.instanceCount} objects of this study, ${instanceCount} are here. Fetching brings the rest.`,
  };
}

/** What the outbox knows: only what an archive confirmed, or listed or sent when it was asked, is proven. */
function archivedWords({ archived }: StudyRow): WhereWords | undefined {
  if (archived === undefined) return undefined;
  const where = archived.nodes.join(', ');
  switch (archived.state) {
    case 'localOnly':
      return undefined;
    case 'sending':
      return { shape: 'waiting', text: 'waiting to send', explained: `Objects of it wait here to be sent${where === '' ? '' : ` to ${where}`}.` };
    case 'sent':
      return { shape: 'sent', text: 'here + sent', explained: `${where} took every object; that it keeps them is not proven yet.` };
    case 'committed':
      return { shape: 'proven', text: `here + proven at ${where}`, explained: `${where} has taken responsibility for every object (storage commitment).` };
    case 'proven':
      return { shape: 'proven', text: `here + proven at ${where}`, explained: `${where} listed or sent every object by its UID when it was asked.` };
    case 'failed':
      return {
        shape: 'failed',
        text: 'here, dead letter',
        explained: 'Objects of it could not be sent and wait for a decision. Nothing is lost: open the outbox.',
      };
    default:
      return assertNever(archived.state);
  }
}

const STATE_WORDS: Readonly<Record<WorkState, string>> = {
  unread: 'unread',
  reading: 'reading',
  discussion: 'needs discussion',
  done: 'done',
  held: 'held',
  released: 'released',
  rejected: 'rejected',
};

export function stateWords(state: WorkState): string {
  return STATE_WORDS[state];
}

/** How many shapes say that a study stays: one for the legal hold, one for the pin. */
export function keptMarks({ kept }: Pick<StudyRow, 'kept'>): number {
  return Number(kept?.legalHold === true) + Number(kept?.pinned === true);
}

/** Why a study is on legal hold, and by whom since when; empty where that is not known here (yet), or nobody said it. */
export function holdWords(keeping: StudyKeeping | undefined, timeOf: (iso: string) => string): { readonly what: string; readonly who: string } {
  if (keeping?.legalHold !== true) return { what: 'legal hold', who: '' };
  const what = keeping.reason === '' ? 'legal hold, no reason given' : `legal hold: ${keeping.reason}`;
  return { what, who: `by ${keeping.by} since ${timeOf(keeping.at)}` };
}

/** How many objects: those here, and for a study that is elsewhere what its archive says. */
export function imagesText(row: StudyRow): { readonly text: string; readonly explained: string } {
  if (row.where.kind !== 'remote') return { text: countText(row.instanceCount), explained: `${row.seriesCount} series here` };
  const place = row.at?.[0];
  if (place?.instanceCount === undefined) return { text: '', explained: `${place?.node ?? 'The archive'} does not say how many` };
  const series = place.seriesCount === undefined ? '' : ` in ${place.seriesCount} series`;
  return { text: countText(place.instanceCount), explained: `${place.node} says ${countText(place.instanceCount)} objects${series}` };
}

/** Year of birth; a date that cannot be read is shown as it stands. */
export function bornText(da: string): string {
  const parts = parseDa(da);
  return parts === undefined ? da : String(parts.year);
}

/** "CT chest": the modality is not said twice when the description begins with it. */
export function studyTitle(row: Pick<StudyRow, 'ModalitiesInStudy' | 'StudyDescription'>): string {
  const modality = modalityText(row.ModalitiesInStudy);
  const description = row.StudyDescription;
  return description.toUpperCase().startsWith(`${modality.toUpperCase()} `) ? description : `${modality} ${description}`.trim();
}

/** Modalities with those first that carry images: SR, KO, PR and the like stand last. */
export function modalityText(modalities: readonly string[]): string {
  const companions = new Set(['SR', 'KO', 'PR', 'DOC', 'OT', 'REG', 'SEG', 'RTSTRUCT']);
  const images = modalities.filter((modality) => !companions.has(modality));
  return (images.length > 0 ? images : modalities).join(' ');
}
