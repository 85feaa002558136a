import { type ArchivedState, type StudyKeeping, type StudyRow, StudyUid } from '@shared/domain';
import { z } from 'zod';
import { archivedState } from './archived';
import type { Row, SqlDatabase } from './database';
import type { Commitment, CommitmentAnswer, ContentCheckRow, EvictableStudy, KeepingEntryRow, KeepingStore, Proof } from './keeping-types';
import { type ObjectNotes, proofOf } from './object-notes';
import { count, modalitiesOf, text } from './rows';

const CommitmentDocument = z.object({
  askedAtMs: z.number(),
  attempt: z.int(),
  objects: z.array(z.object({ item: z.string(), SOPInstanceUID: z.string(), SOPClassUID: z.string() })),
});
const AnswerObjects = z.array(z.object({ SOPInstanceUID: z.string(), SOPClassUID: z.string() }));

/** Of a study: its objects, how many are committed or proven, unsent, on their way. One object may be at several archives. */
const STUDY_FACTS = `
  SELECT count(*) AS objects,
    coalesce(sum(EXISTS (SELECT 1 FROM proofs p WHERE p.uid = i.uid AND p.kind = 'committed')), 0) AS committed,
    coalesce(sum(EXISTS (SELECT 1 FROM proofs p WHERE p.uid = i.uid)), 0) AS proven,
    coalesce(sum(EXISTS (SELECT 1 FROM outboxObjects o WHERE o.uid = i.uid AND o.state IN ('sent', 'committed', 'proven'))), 0) AS sent,
    coalesce(sum(EXISTS (SELECT 1 FROM outbox b JOIN outboxObjects o ON o.item = b.id WHERE o.uid = i.uid AND o.state = 'waiting' AND b.state = 'open')), 0) AS waiting,
    coalesce(sum(EXISTS (SELECT 1 FROM outboxObjects o WHERE o.uid = i.uid AND o.state = 'failed')), 0) AS failed
  FROM studies st JOIN series s ON s.study = st.id JOIN instances i ON i.series = s.id WHERE st.uid = ?`;

/** The tables of proofs, pins and holds. `note` and `objects` keep them beside the index; they are called before the rows change. */
export class KeepingRows implements KeepingStore {
  constructor(
    private readonly db: () => SqlDatabase,
    private readonly note: (entry: KeepingEntryRow) => void,
    private readonly objects: Pick<ObjectNotes, 'prove' | 'disprove'>,
    private readonly onChanged: (StudyInstanceUID: string) => void,
  ) {}

  prove(proofs: readonly Proof[]): void {
    this.objects.prove(proofs);
  }

  proofsOf(SOPInstanceUID: string): Proof[] {
    return this.db().all('SELECT * FROM proofs WHERE uid = ?', SOPInstanceUID).map(proofOf);
  }

  disprove(SOPInstanceUIDs: readonly string[], node: string): void {
    this.objects.disprove(SOPInstanceUIDs, node);
  }

  refreshArchived(StudyInstanceUID: string): boolean {
    const row = this.db().get(STUDY_FACTS, StudyInstanceUID);
    if (row === undefined) return false;
    const facts = { objects: count(row['objects']), committed: count(row['committed']), proven: count(row['proven']) };
    const more = { sent: count(row['sent']), waiting: count(row['waiting']), failed: count(row['failed']) };
    const archived = JSON.stringify({ state: stateOf({ ...facts, ...more }), nodes: this.nodesOf(StudyInstanceUID), objects: facts.objects });
    const { changes } = this.db().run(
      'UPDATE studies SET archived = ?, revision = revision + 1 WHERE uid = ? AND archived <> ?',
      archived,
      StudyInstanceUID,
      archived,
    );
    if (changes > 0) this.onChanged(StudyInstanceUID);
    return changes > 0;
  }

  archivedOf(StudyInstanceUID: string): ArchivedState | undefined {
    const row = this.db().get('SELECT archived, instanceCount FROM studies WHERE uid = ?', StudyInstanceUID);
    return row === undefined ? undefined : archivedState(row);
  }

  openedSince(atMs: number): { StudyInstanceUID: StudyUid; nodes: readonly string[] }[] {
    return this.db()
      .all('SELECT uid, archived, instanceCount FROM studies WHERE lastOpenedMs > ? ORDER BY lastOpenedMs DESC', atMs)
      .flatMap((row) => {
        const known = archivedState(row);
        return known?.state === 'committed' || known?.state === 'proven' ? [{ StudyInstanceUID: StudyUid.parse(row['uid']), nodes: known.nodes }] : [];
      });
  }

  provenAt(StudyInstanceUID: string): string[] {
    const objects = 'FROM studies st JOIN series s ON s.study = st.id JOIN instances i ON i.series = s.id';
    const rows = this.db().all(
      `SELECT p.node ${objects} JOIN proofs p ON p.uid = i.uid WHERE st.uid = ? GROUP BY p.node
       HAVING count(DISTINCT i.id) = (SELECT count(*) ${objects} WHERE st.uid = ?) ORDER BY p.node`,
      StudyInstanceUID,
      StudyInstanceUID,
    );
    return rows.map((row) => text(row['node']));
  }

  keep(entry: KeepingEntryRow): void {
    this.note(entry);
    this.writeKeeping(entry);
  }

  keepingOf(StudyInstanceUID: string): StudyKeeping | undefined {
    const row = this.db().get('SELECT * FROM keeping WHERE study = ?', StudyInstanceUID);
    if (row === undefined) return undefined;
    const { pinned, legalHold, actor, atMs, reason } = keepingEntry(row);
    return { pinned, legalHold, by: actor, at: new Date(atMs).toISOString(), reason };
  }

  restore(entries: readonly KeepingEntryRow[]): void {
    for (const entry of entries) this.writeKeeping(entry);
  }

  contentChecks(StudyInstanceUID: string): ContentCheckRow[] {
    return this.db()
      .all('SELECT * FROM contentChecks WHERE study = ?', StudyInstanceUID)
      .map((row) => ({ StudyInstanceUID, node: text(row['node']), nextAt: count(row['nextAt']), compared: count(row['compared']), atMs: count(row['atMs']) }));
  }

  checkedContent({ StudyInstanceUID, node, nextAt, compared, atMs }: ContentCheckRow): void {
    this.db().run(
      `INSERT INTO contentChecks (study, node, nextAt, compared, atMs) VALUES (?, ?, ?, ?, ?) ON CONFLICT (study, node) DO UPDATE SET
         nextAt = excluded.nextAt, compared = excluded.compared, atMs = excluded.atMs`,
      ...[StudyInstanceUID, node, nextAt, compared, atMs],
    );
  }

  opened(StudyInstanceUID: string, atMs: number): void {
    this.db().transaction(false, () => {
      this.db().run('UPDATE studies SET lastOpenedMs = max(lastOpenedMs, ?) WHERE uid = ?', atMs, StudyInstanceUID);
    });
  }

  evictable(StudyInstanceUID?: string): EvictableStudy[] {
    if (StudyInstanceUID !== undefined) {
      return this.db()
        .all('SELECT * FROM studies WHERE uid = ?', StudyInstanceUID)
        .map((row) => this.proven(unprovenStudy(row, this.unsentOf(StudyInstanceUID), this.keepingOf(StudyInstanceUID))));
    }
    const unsent = new Map(
      this.db()
        .all(
          `SELECT b.study, count(*) AS n FROM outbox b JOIN outboxObjects o ON o.item = b.id WHERE o.state IN ('waiting', 'failed', 'sent') GROUP BY b.study`,
        )
        .map((row) => [text(row['study']), count(row['n'])]),
    );
    const kept = new Set(
      this.db()
        .all('SELECT study FROM keeping')
        .map((row) => text(row['study'])),
    );
    return this.db()
      .all('SELECT * FROM studies ORDER BY id')
      .map((row) => {
        const uid = text(row['uid']);
        const study = unprovenStudy(row, unsent.get(uid) ?? 0, kept.has(uid) ? this.keepingOf(uid) : undefined);
        const known = archivedState(row)?.state;
        // a list of 25,000 studies is not held up by a million objects: only what is known to be elsewhere is looked at object by object
        return known === 'committed' || known === 'proven' ? this.proven(study) : study;
      });
  }

  putCommitment({ transactionUid, node, state, dueAtMs, askedAtMs, attempt, objects }: Commitment): void {
    this.db().run(
      `INSERT INTO commitments (transactionUid, node, state, dueAtMs, document) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (transactionUid) DO UPDATE SET state = excluded.state, dueAtMs = excluded.dueAtMs, document = excluded.document`,
      ...[transactionUid, node, state, dueAtMs, JSON.stringify({ askedAtMs, attempt, objects })],
    );
  }

  commitment(transactionUid: string): Commitment | undefined {
    const row = this.db().get('SELECT * FROM commitments WHERE transactionUid = ?', transactionUid);
    return row === undefined ? undefined : commitmentOf(row);
  }

  commitments(state: Commitment['state']): Commitment[] {
    return this.db().all('SELECT * FROM commitments WHERE state = ? ORDER BY dueAtMs', state).map(commitmentOf);
  }

  putAnswer({ transactionUid, aeTitle, tries, objects }: CommitmentAnswer): void {
    this.db().run(
      `INSERT INTO commitmentAnswers (transactionUid, aeTitle, tries, document) VALUES (?, ?, ?, ?) ON CONFLICT (transactionUid) DO UPDATE SET tries = excluded.tries`,
      ...[transactionUid, aeTitle, tries, JSON.stringify(objects)],
    );
  }

  removeAnswer(transactionUid: string): void {
    this.db().run('DELETE FROM commitmentAnswers WHERE transactionUid = ?', transactionUid);
  }

  answers(): CommitmentAnswer[] {
    return this.db()
      .all('SELECT * FROM commitmentAnswers')
      .map((row) => ({
        transactionUid: text(row['transactionUid']),
        aeTitle: text(row['aeTitle']),
        tries: count(row['tries']),
        objects: AnswerObjects.parse(JSON.parse(text(row['document']))),
      }));
  }

  private writeKeeping({ StudyInstanceUID, pinned, legalHold, actor, atMs, reason }: KeepingEntryRow): void {
    if (!pinned && !legalHold) this.db().run('DELETE FROM keeping WHERE study = ?', StudyInstanceUID);
    else {
      this.db().run(
        `INSERT INTO keeping (study, pinned, legalHold, actor, atMs, reason) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (study) DO UPDATE SET
           pinned = excluded.pinned, legalHold = excluded.legalHold, actor = excluded.actor, atMs = excluded.atMs, reason = excluded.reason`,
        ...[StudyInstanceUID, pinned ? 1 : 0, legalHold ? 1 : 0, actor, atMs, reason],
      );
    }
    this.onChanged(StudyInstanceUID);
  }

  private nodesOf(StudyInstanceUID: string): string[] {
    const rows = this.db().all(
      `SELECT DISTINCT p.node FROM studies st JOIN series s ON s.study = st.id JOIN instances i ON i.series = s.id JOIN proofs p ON p.uid = i.uid WHERE st.uid = ?
       UNION SELECT DISTINCT b.node FROM outbox b JOIN outboxObjects o ON o.item = b.id WHERE b.study = ? AND o.state IN ('sent', 'committed', 'proven')`,
      StudyInstanceUID,
      StudyInstanceUID,
    );
    return rows.map((row) => text(row['node']));
  }

  private unsentOf(StudyInstanceUID: string): number {
    const row = this.db().get(
      `SELECT count(*) AS n FROM outbox b JOIN outboxObjects o ON o.item = b.id WHERE b.study = ? AND o.state IN ('waiting', 'failed', 'sent')`,
      StudyInstanceUID,
    );
    return count(row?.['n']);
  }

  private proven(study: EvictableStudy): EvictableStudy {
    const facts = this.db().get(STUDY_FACTS, study.StudyInstanceUID);
    const counts = { objects: count(facts?.['objects']), committed: count(facts?.['committed']), proven: count(facts?.['proven']) };
    return { ...study, ...counts, nodes: this.nodesOf(study.StudyInstanceUID) };
  }
}

/** Rows with what is pinned or on legal hold: one question for all of them, as few are. */
export function withKept(db: SqlDatabase, rows: readonly StudyRow[]): StudyRow[] {
  const uids = JSON.stringify(rows.map(({ StudyInstanceUID }) => StudyInstanceUID));
  const kept = new Map(
    db
      .all('SELECT study, pinned, legalHold FROM keeping WHERE study IN (SELECT value FROM json_each(?))', uids)
      .map((row) => [text(row['study']), { pinned: row['pinned'] === 1, legalHold: row['legalHold'] === 1 }]),
  );
  return rows.map((row) => {
    const stays = row.where.kind === 'remote' ? undefined : kept.get(row.StudyInstanceUID);
    return stays === undefined ? row : { ...row, kept: stays };
  });
}

/** A study of which nothing is known to be elsewhere. */
function unprovenStudy(row: Row, unsent: number, keeping: StudyKeeping | undefined): EvictableStudy {
  return {
    StudyInstanceUID: StudyUid.parse(row['uid']),
    PatientName: text(row['PatientName']),
    StudyDate: text(row['date']),
    StudyDescription: text(row['StudyDescription']),
    modalities: modalitiesOf(text(row['modalities'])),
    state: text(row['state']),
    objects: count(row['instanceCount']),
    sizeBytes: count(row['sizeBytes']),
    lastArrivalMs: count(row['lastArrivalMs']),
    lastOpenedMs: count(row['lastOpenedMs']),
    setAside: count(row['setAsideCount']),
    unsent,
    ...{ committed: 0, proven: 0, nodes: [] },
    pinned: keeping?.pinned ?? false,
    legalHold: keeping?.legalHold ?? false,
  };
}

function stateOf(facts: { objects: number; committed: number; proven: number; sent: number; waiting: number; failed: number }): ArchivedState['state'] {
  const { objects, committed, proven, sent, waiting, failed } = facts;
  if (failed > 0) return 'failed';
  if (waiting > 0) return 'sending';
  if (objects > 0 && committed === objects) return 'committed';
  if (objects > 0 && proven === objects) return 'proven';
  return objects > 0 && Math.max(sent, proven) === objects ? 'sent' : 'localOnly';
}

function keepingEntry(row: Row): KeepingEntryRow {
  return {
    StudyInstanceUID: text(row['study']),
    pinned: row['pinned'] === 1,
    legalHold: row['legalHold'] === 1,
    actor: text(row['actor']),
    atMs: count(row['atMs']),
    reason: text(row['reason']),
  };
}

function commitmentOf(row: Row): Commitment {
  const state = z.enum(['asked', 'answered', 'abandoned']).parse(row['state']);
  return {
    transactionUid: text(row['transactionUid']),
    node: text(row['node']),
    state,
    dueAtMs: count(row['dueAtMs']),
    ...CommitmentDocument.parse(JSON.parse(text(row['document']))),
  };
}
