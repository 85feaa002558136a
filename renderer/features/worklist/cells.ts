import type { StudyRow, WorkState } from '@shared/domain';
import { parseDa } from '../../ui';

/** What the Where column says: a shape, words, and how far an arrival is. */
export interface WhereWords {
  readonly shape: 'here' | 'arriving' | 'setAside' | 'conflict';
  readonly text: string;
  readonly explained: string;
  /** 0..1 while arriving and the sender said how many come. */
  readonly progress?: number;
}

export function whereWords(row: StudyRow): WhereWords {
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
  if (row.identityConflict) {
    return {
      shape: 'conflict',
      text: 'here, patients differ',
      explained: 'Objects of this study name different patients. They are shown as they came and never merged.',
    };
  }
  return { shape: 'here', text: 'here', explained: 'Every object that was acknowledged is on the disk of this station.' };
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
