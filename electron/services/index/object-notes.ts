import type { ViewedCounts } from '@shared/domain';
import type { Row, SqlDatabase } from './database';
import { addFrames, countFrames } from './frame-ranges';
import type { ObjectNote, Proof, ObjectStore, ViewedFrames } from './keeping-types';
import { count, text } from './rows';

/** Objects of one note: a line of the journal stays short enough to be read at once. */
const MOST_IN_NOTE = 500;

/** What is known of single objects and no file tells: proofs, and what stood on the screen. `note` is called before the rows change. */
export class ObjectNotes implements ObjectStore {
  private readonly listeners = new Set<(StudyInstanceUID: string) => void>();

  constructor(
    private readonly db: () => SqlDatabase,
    private readonly note: (note: ObjectNote) => void,
  ) {}

  prove(proofs: readonly Proof[]): void {
    if (proofs.length === 0) return;
    // what is known already is not written down again each time that an archive lists it
    for (const note of notesOf(proofs.filter((proof) => this.isNews(proof)))) this.note(note);
    this.db().transaction(true, () => {
      for (const proof of proofs) this.writeProof(proof);
    });
  }

  disprove(uids: readonly string[], node: string): void {
    if (uids.length > 0) this.note({ kind: 'disproved', node, uids });
    this.db().transaction(true, () => {
      for (const uid of uids) this.db().run('DELETE FROM proofs WHERE uid = ? AND node = ?', uid, node);
    });
  }

  /** These objects are about to go. */
  noteGone(uids: readonly string[]): void {
    const known = uids.filter(
      (uid) =>
        this.db().get('SELECT 1 AS n FROM proofs WHERE uid = ?', uid) !== undefined ||
        this.db().get('SELECT 1 AS n FROM viewed WHERE uid = ?', uid) !== undefined,
    );
    if (known.length > 0) this.note({ kind: 'gone', uids: known });
  }

  /** In the transaction that removes the rows of the objects. */
  removeRows(uid: string): void {
    this.db().run('DELETE FROM proofs WHERE uid = ?', uid);
    this.db().run('DELETE FROM viewed WHERE uid = ?', uid);
  }

  view(images: readonly ViewedFrames[]): void {
    const changed = images.flatMap(({ SOPInstanceUID, frameNumbers, NumberOfFrames, StudyInstanceUID }) => {
      const before = text(this.db().get('SELECT frames FROM viewed WHERE uid = ?', SOPInstanceUID)?.['frames']);
      const frames = addFrames(before, frameNumbers, NumberOfFrames);
      return frames === before ? [] : [{ entry: [SOPInstanceUID, frames, NumberOfFrames] as const, StudyInstanceUID }];
    });
    if (changed.length === 0) return;
    this.note({ kind: 'viewed', images: changed.map(({ entry }) => entry) });
    this.db().transaction(true, () => {
      for (const { entry } of changed) this.writeViewed(...entry);
    });
    for (const uid of new Set(changed.map(({ StudyInstanceUID }) => StudyInstanceUID))) for (const listener of [...this.listeners]) listener(uid);
  }

  onViewed(listener: (StudyInstanceUID: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  viewedOf(StudyInstanceUID: string): ViewedCounts {
    const row = this.db().get(
      `SELECT coalesce(sum(v.whole), 0) AS whole, count(v.uid) AS n
       FROM studies st JOIN series s ON s.study = st.id JOIN instances i ON i.series = s.id JOIN viewed v ON v.uid = i.uid WHERE st.uid = ?`,
      StudyInstanceUID,
    );
    const whole = count(row?.['whole']);
    return { whole, part: count(row?.['n']) - whole };
  }

  *notes(): Generator<ObjectNote> {
    for (let last = ''; ;) {
      const rows = this.db().all('SELECT * FROM proofs WHERE uid > ? ORDER BY uid LIMIT 2000', last);
      // rows of one object stay together: it may be at several archives
      const end = rows.length < 2000 ? rows : rows.filter((row) => row['uid'] !== rows.at(-1)?.['uid']);
      yield* notesOf(end.map(proofOf));
      if (rows.length < 2000 || end.length === 0) break;
      last = text(end.at(-1)?.['uid']);
    }
    for (let last = ''; ;) {
      const rows = this.db().all(`SELECT * FROM viewed WHERE uid > ? ORDER BY uid LIMIT ${String(MOST_IN_NOTE)}`, last);
      if (rows.length > 0) yield { kind: 'viewed', images: rows.map((row) => [text(row['uid']), text(row['frames']), count(row['total'])] as const) };
      if (rows.length < MOST_IN_NOTE) return;
      last = text(rows.at(-1)?.['uid']);
    }
  }

  restore(notes: Iterable<ObjectNote>): string[] {
    const touched = new Set<string>();
    this.db().transaction(true, () => {
      for (const note of notes) {
        this.take(note);
        if (note.kind === 'proofs' || note.kind === 'disproved') for (const uid of note.uids) touched.add(uid);
      }
    });
    const studies = new Set<string>();
    for (const uid of touched) {
      const row = this.db().get('SELECT st.uid FROM instances i JOIN series s ON s.id = i.series JOIN studies st ON st.id = s.study WHERE i.uid = ?', uid);
      if (row !== undefined) studies.add(text(row['uid']));
    }
    return [...studies];
  }

  private take(note: ObjectNote): void {
    switch (note.kind) {
      case 'proofs': {
        const { node, proof: kind, atMs, reference } = note;
        for (const SOPInstanceUID of note.uids) this.writeProof({ SOPInstanceUID, node, kind, atMs, reference });
        return;
      }
      case 'disproved':
        for (const uid of note.uids) this.db().run('DELETE FROM proofs WHERE uid = ? AND node = ?', uid, note.node);
        return;
      case 'gone':
        for (const uid of note.uids) this.removeRows(uid);
        return;
      case 'viewed':
        for (const entry of note.images) this.writeViewed(...entry);
    }
  }

  private isNews({ SOPInstanceUID, node, kind }: Proof): boolean {
    const known = this.db().get('SELECT kind FROM proofs WHERE uid = ? AND node = ?', SOPInstanceUID, node)?.['kind'];
    return known === undefined || (known === 'proven' && kind === 'committed');
  }

  /** A commitment says more than a query: it is never replaced by one. */
  private writeProof({ SOPInstanceUID, node, kind, atMs, reference }: Proof): void {
    this.db().run(
      `INSERT INTO proofs (uid, node, kind, atMs, reference) VALUES (?, ?, ?, ?, ?) ON CONFLICT (uid, node) DO UPDATE SET
         kind = excluded.kind, atMs = excluded.atMs, reference = excluded.reference WHERE excluded.kind = 'committed' OR proofs.kind = 'proven'`,
      ...[SOPInstanceUID, node, kind, atMs, reference],
    );
  }

  private writeViewed(uid: string, frames: string, total: number): void {
    this.db().run(
      `INSERT INTO viewed (uid, frames, total, whole) VALUES (?, ?, ?, ?)
       ON CONFLICT (uid) DO UPDATE SET frames = excluded.frames, total = excluded.total, whole = excluded.whole`,
      ...[uid, frames, total, countFrames(frames) >= total ? 1 : 0],
    );
  }
}

export function proofOf(row: Row): Proof {
  const kind = row['kind'] === 'committed' ? 'committed' : 'proven';
  return { SOPInstanceUID: text(row['uid']), node: text(row['node']), kind, atMs: count(row['atMs']), reference: text(row['reference']) };
}

/** The proofs of one question to one archive go into one note. */
function notesOf(proofs: readonly Proof[]): ObjectNote[] {
  const groups = new Map<string, Proof[]>();
  for (const proof of proofs) {
    const key = JSON.stringify([proof.node, proof.kind, proof.atMs, proof.reference]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [proof]);
    else group.push(proof);
  }
  const notes: ObjectNote[] = [];
  for (const group of groups.values()) {
    for (let at = 0; at < group.length; at += MOST_IN_NOTE) {
      const part = group.slice(at, at + MOST_IN_NOTE);
      const { node, kind, atMs, reference } = part[0] as Proof;
      notes.push({ kind: 'proofs', node, proof: kind, atMs, reference, uids: part.map(({ SOPInstanceUID }) => SOPInstanceUID) });
    }
  }
  return notes;
}
