import { KeyImageTitle, SeriesUid, SopInstanceUid, StudyUid } from '@shared/domain';
import { z } from 'zod';
import type { LineFold } from '../cache';

const Edit = z.object({
  kind: z.literal('mark'),
  StudyInstanceUID: StudyUid,
  SeriesInstanceUID: SeriesUid,
  SOPInstanceUID: SopInstanceUid,
  SOPClassUID: z.string(),
  /** 0: the object has one frame. */
  frame: z.int().min(0),
  marked: z.boolean(),
  by: z.string(),
  atMs: z.number(),
});
const Step = z.object({ kind: z.enum(['undo', 'redo']), StudyInstanceUID: StudyUid, by: z.string(), atMs: z.number() });
const Note = z.object({
  kind: z.literal('note'),
  StudyInstanceUID: StudyUid,
  SOPInstanceUID: SopInstanceUid,
  title: KeyImageTitle,
  description: z.string(),
  images: z.int(),
  nodes: z.array(z.string()),
  by: z.string(),
  atMs: z.number(),
  /** Base64 of the whole object: what a crash interrupts is made again byte by byte. Empty once it is kept. */
  dataSet: z.string(),
  /** What it names, for writing it again for another patient; absent: made before this was kept. */
  marks: z.array(Edit).optional(),
  /** The note that it stands in the place of, written again with other values of the patient. */
  replaces: SopInstanceUid.optional(),
});
const Kept = z.object({ kind: z.literal('kept'), StudyInstanceUID: StudyUid, SOPInstanceUID: SopInstanceUid });

/** One line of the journal of authored work. */
export const AuthoringNote = z.discriminatedUnion('kind', [Edit, Step, Note, Kept]);
export type AuthoringNote = z.infer<typeof AuthoringNote>;
export type MarkEdit = z.infer<typeof Edit>;
export type NoteEntry = z.infer<typeof Note>;

interface Draft {
  version: number;
  edits: MarkEdit[];
  /** So many of the edits hold; the others were taken back. */
  at: number;
  readonly notes: NoteEntry[];
}

/** What the lines of the journal together say, study by study. */
export class KeyImageFold implements LineFold<AuthoringNote> {
  private readonly drafts = new Map<string, Draft>();

  take(note: AuthoringNote): void {
    const draft = this.draft(note.StudyInstanceUID);
    draft.version++;
    switch (note.kind) {
      case 'mark':
        draft.edits = [...draft.edits.slice(0, draft.at), note];
        draft.at = draft.edits.length;
        return;
      case 'undo':
        draft.at = Math.max(0, draft.at - 1);
        return;
      case 'redo':
        draft.at = Math.min(draft.edits.length, draft.at + 1);
        return;
      case 'note': {
        const before = draft.notes.findIndex((one) => one.SOPInstanceUID === note.replaces);
        if (before >= 0) draft.notes[before] = note;
        else draft.notes.push(note);
        if (note.replaces !== undefined) return;
        // the marks went into the object: from here on another one begins
        draft.edits = [];
        draft.at = 0;
        return;
      }
      case 'kept': {
        const at = draft.notes.findIndex((one) => one.SOPInstanceUID === note.SOPInstanceUID);
        const kept = draft.notes[at];
        if (kept !== undefined) draft.notes[at] = { ...kept, dataSet: '' };
      }
    }
  }

  *lines(): Generator<AuthoringNote> {
    for (const [, { edits, at, notes }] of this.drafts) {
      yield* notes;
      yield* edits;
      const last = edits.at(-1);
      for (let step = edits.length; last !== undefined && step > at; step--) {
        yield { kind: 'undo', StudyInstanceUID: last.StudyInstanceUID, by: last.by, atMs: last.atMs };
      }
    }
  }

  version(StudyInstanceUID: string): number {
    return this.drafts.get(StudyInstanceUID)?.version ?? 0;
  }

  /** Edits by which images are marked now, in the order of marking. */
  marks(StudyInstanceUID: string): MarkEdit[] {
    const { edits, at } = this.drafts.get(StudyInstanceUID) ?? { edits: [], at: 0 };
    const marked = new Map<string, MarkEdit>();
    for (const edit of edits.slice(0, at)) {
      const key = `${edit.SOPInstanceUID} ${String(edit.frame)}`;
      if (edit.marked) marked.set(key, edit);
      else marked.delete(key);
    }
    return [...marked.values()];
  }

  canUndo(StudyInstanceUID: string): boolean {
    return (this.drafts.get(StudyInstanceUID)?.at ?? 0) > 0;
  }

  canRedo(StudyInstanceUID: string): boolean {
    const { edits, at } = this.drafts.get(StudyInstanceUID) ?? { edits: [], at: 0 };
    return at < edits.length;
  }

  editCount(StudyInstanceUID: string): number {
    return this.drafts.get(StudyInstanceUID)?.edits.length ?? 0;
  }

  notes(StudyInstanceUID: string): readonly NoteEntry[] {
    return this.drafts.get(StudyInstanceUID)?.notes ?? [];
  }

  /** Notes that were asked for and are not known to be kept. */
  unkept(): NoteEntry[] {
    return [...this.drafts.values()].flatMap(({ notes }) => notes.filter(({ dataSet }) => dataSet !== ''));
  }

  private draft(StudyInstanceUID: string): Draft {
    const known = this.drafts.get(StudyInstanceUID) ?? { version: 0, edits: [], at: 0, notes: [] };
    this.drafts.set(StudyInstanceUID, known);
    return known;
  }
}
