import { addAudit, auditOf, auditTail } from './audit-rows';
import { InstanceId, type PatientKey, type SeriesRow, type SeriesUid, type StudyRow, StudyUid, type WorkState } from '@shared/domain';
import type { HostEnvironment } from '../host-environment';
import type { Row, SqlDatabase } from './database';
import type { IndexOptions } from './index-options';
import { putJob, storedJobs } from './job-rows';
import { KeepingRows, withKept } from './keeping-rows';
import { ObjectNotes } from './object-notes';
import { ObjectRows } from './object-rows';
import { OutboxRows } from './outbox-rows';
import { setAsideDatabase } from './damage';
import { checkDatabase, checkInWorker } from './quick-check';
import { LatelyRead } from './lately-read';
import { noteReader } from './reader-mark';
import { Removals } from './removals';
import { ARRIVING_MS, count, instanceRecord, seriesRow, studyRow, templateReader, text } from './rows';
import { searchStudies } from './search';
import { StudyList } from './study-list';
import type { AuditEntry, FileFacts, Index, IndexedObject, InstanceRecord, SearchRequest, StateEntry, StoredJob, StudyChange, StudyPage } from './types';

const INSTANCE_COLUMNS = 'i.id, i.sizeBytes, i.arrivedAtMs, i.dataOffset, i.sha256, i.chunks, i.delta, s.template';
const LOAD_AFTER_MS = 500;
const LOAD_EVERY_MS = 15;

/** The index in one SQLite database. One connection, one thread: reads never meet a half-done write. */
export class SqliteIndex implements Index {
  readonly outbox: OutboxRows;
  readonly keeping: KeepingRows;
  readonly objects: ObjectNotes;
  private rows: ObjectRows;
  private list: StudyList;
  private loadTimer: NodeJS.Timeout | undefined;
  private readonly templateOf = templateReader();
  private readonly lately = new LatelyRead();
  private totals = { objects: 0, studies: 0, sizeBytes: 0 };
  private rebuildReason: string | undefined;
  private readonly changeListeners = new Set<(changes: readonly StudyChange[]) => void>();
  private readonly removals = new Removals((uid) => this.getStudy(uid) !== undefined);
  readonly onRemoved: Index['onRemoved'] = (listener) => this.removals.add(listener);
  readonly holdRemovals: Index['holdRemovals'] = () => this.removals.hold();
  /** Studies that came lately: each is told once more when it is quiet. */
  private readonly arriving = new Set<string>();
  private quietTimer: NodeJS.Timeout | undefined;

  constructor(
    private db: SqlDatabase,
    private readonly env: Pick<HostEnvironment, 'clock' | 'log'>,
    private readonly options: IndexOptions,
    private readonly reopen: () => SqlDatabase,
  ) {
    this.rows = new ObjectRows(db);
    this.list = new StudyList(db);
    const current = (): SqlDatabase => this.db;
    this.outbox = new OutboxRows(current, (note) => this.options.onOutbox?.(note));
    this.objects = new ObjectNotes(current, (note) => this.options.onObjects?.(note));
    this.keeping = new KeepingRows(
      current,
      (entry) => this.options.onKeeping?.(entry),
      this.objects,
      (uid) => this.tell([uid]),
    );
    this.countTotals();
    if (this.totals.studies > 0) this.loadSoon(LOAD_AFTER_MS);
  }

  search(request: SearchRequest): StudyPage {
    const nowMs = this.env.clock.now();
    const { rows, ...counts } = searchStudies(this.db, this.list, request, this.totals.studies, nowMs);
    const shown = rows.map((row) => ('StudyInstanceUID' in row ? (row as StudyRow) : studyRow(row, nowMs)));
    return { rows: withKept(this.db, shown), ...counts, all: this.totals.studies };
  }

  getStudy(uid: StudyUid): StudyRow | undefined {
    const row = this.db.get('SELECT * FROM studies WHERE uid = ?', uid);
    return row === undefined ? undefined : withKept(this.db, [studyRow(row, this.env.clock.now())])[0];
  }

  revision(uid: StudyUid): number {
    return count(this.db.get('SELECT revision FROM studies WHERE uid = ?', uid)?.['revision']);
  }

  series(uid: StudyUid): SeriesRow[] {
    const rows = this.db.all('SELECT s.*, st.uid AS studyUid FROM series s JOIN studies st ON st.id = s.study WHERE st.uid = ? ORDER BY s.id', uid);
    return rows.map(seriesRow).sort((a, b) => Number(a.SeriesNumber) - Number(b.SeriesNumber) || a.SeriesInstanceUID.localeCompare(b.SeriesInstanceUID));
  }

  instances(uid: StudyUid): InstanceRecord[] {
    const sql = `SELECT ${INSTANCE_COLUMNS} FROM studies st JOIN series s ON s.study = st.id JOIN instances i ON i.series = s.id WHERE st.uid = ? ORDER BY s.id, i.id`;
    return this.lately.study(uid, () => this.records(sql, uid));
  }

  seriesInstances(uid: SeriesUid): InstanceRecord[] {
    return this.records(`SELECT ${INSTANCE_COLUMNS} FROM series s JOIN instances i ON i.series = s.id WHERE s.uid = ? ORDER BY i.id`, uid);
  }

  instance(id: InstanceId): InstanceRecord | undefined {
    return this.lately.instance(id) ?? this.records(`SELECT ${INSTANCE_COLUMNS} FROM instances i JOIN series s ON s.id = i.series WHERE i.id = ?`, id)[0];
  }

  instanceByUid(SOPInstanceUID: string): InstanceRecord | undefined {
    return this.records(`SELECT ${INSTANCE_COLUMNS} FROM instances i JOIN series s ON s.id = i.series WHERE i.uid = ?`, SOPInstanceUID)[0];
  }

  has(SOPInstanceUID: string): boolean {
    return this.db.get('SELECT 1 AS n FROM instances WHERE uid = ?', SOPInstanceUID) !== undefined;
  }

  priors(patientKey: PatientKey): StudyRow[] {
    const nowMs = this.env.clock.now();
    const rows = this.db.all(
      'SELECT st.* FROM patients p JOIN studies st ON st.patient = p.id WHERE p.patientKey = ? ORDER BY st.date DESC, st.time DESC',
      patientKey,
    );
    return withKept(
      this.db,
      rows.map((row) => studyRow(row, nowMs)),
    );
  }

  setState(uid: StudyUid, state: WorkState, actor: string, atMs: number): StudyRow | undefined {
    if (this.getStudy(uid) === undefined) return undefined;
    this.options.onState?.({ StudyInstanceUID: uid, state, actor, atMs });
    this.db.run('UPDATE studies SET state = ?, stateActor = ?, stateAtMs = ?, revision = revision + 1 WHERE uid = ?', state, actor, atMs, uid);
    this.list.touch([uid]);
    this.tellChanged([uid]);
    return this.getStudy(uid);
  }

  restoreStates(entries: readonly StateEntry[]): void {
    this.db.transaction(true, () => {
      for (const { StudyInstanceUID, state, actor, atMs } of entries) {
        this.db.run('UPDATE studies SET state = ?, stateActor = ?, stateAtMs = ? WHERE uid = ? AND stateAtMs < ?', state, actor, atMs, StudyInstanceUID, atMs);
      }
    });
    this.list.forget();
  }

  counts(): { objects: number; studies: number; sizeBytes: number } {
    return { ...this.totals };
  }

  put(objects: readonly IndexedObject[], options: { readonly durable: boolean }): void {
    if (objects.length === 0) return;
    let result: ReturnType<ObjectRows['put']> | undefined;
    this.lately.forget();
    try {
      this.db.transaction(options.durable, () => {
        result = this.rows.put(objects);
      });
    } catch (error) {
      this.rows.forget();
      throw error;
    }
    if (result === undefined) return;
    this.totals.objects += result.newObjects;
    this.totals.studies += result.newStudies;
    this.totals.sizeBytes += result.newBytes;
    this.list.touch(result.studies);
    this.tellChanged([...result.studies]);
  }

  putFiles(files: readonly { readonly SOPInstanceUID: string; readonly file: FileFacts }[]): string[] {
    const missing: string[] = [];
    this.lately.forget();
    this.db.transaction(true, () => {
      for (const { SOPInstanceUID, file } of files) if (!this.rows.putFile(SOPInstanceUID, file)) missing.push(SOPInstanceUID);
    });
    return missing;
  }

  remove(SOPInstanceUIDs: readonly string[]): void {
    const touched = new Map<number, string>();
    const gone: string[] = [];
    this.lately.forget();
    this.objects.noteGone(SOPInstanceUIDs);
    this.db.transaction(true, () => {
      for (const uid of SOPInstanceUIDs) {
        const row = this.db.get(
          'SELECT st.id, st.uid FROM instances i JOIN series s ON s.id = i.series JOIN studies st ON st.id = s.study WHERE i.uid = ?',
          uid,
        );
        if (row === undefined) continue;
        touched.set(count(row['id']), text(row['uid']));
        this.db.run('DELETE FROM instances WHERE uid = ?', uid);
        this.objects.removeRows(uid);
      }
      // what comes in their place was never compared
      for (const uid of touched.values()) this.db.run('DELETE FROM contentChecks WHERE study = ?', uid);
      for (const [id, uid] of touched) if (!this.rows.recount(id)) gone.push(uid);
    });
    for (const [id, uid] of touched) if (gone.includes(uid)) this.list.drop(id);
    this.list.touch(touched.values());
    this.rows.forget();
    this.countTotals();
    this.tellChanged([...touched.values()].filter((uid) => !gone.includes(uid)));
    this.removals.tell(gone);
  }

  setAside(uid: StudyUid, setAsideCount: number, reason: string): void {
    const { changes } = this.db.run(
      'UPDATE studies SET setAsideCount = ?, setAsideReason = ?, revision = revision + 1 WHERE uid = ?',
      setAsideCount,
      reason,
      uid,
    );
    this.list.touch([uid]);
    if (changes > 0) this.tellChanged([uid]);
  }

  uidPage(afterId: number, limit: number): { id: InstanceId; SOPInstanceUID: string; hasFile: boolean }[] {
    const rows = this.db.all('SELECT id, uid, sha256 IS NOT NULL AS hasFile FROM instances WHERE id > ? ORDER BY id LIMIT ?', afterId, limit);
    return rows.map((row) => ({ id: InstanceId.parse(row['id']), SOPInstanceUID: text(row['uid']), hasFile: row['hasFile'] === 1 }));
  }

  instancesAfter(afterId: number, limit: number): InstanceRecord[] {
    return this.records(
      `SELECT ${INSTANCE_COLUMNS} FROM instances i JOIN series s ON s.id = i.series WHERE i.id > ? ORDER BY i.id LIMIT ${String(limit)}`,
      afterId,
    );
  }

  lastInstanceId(): number {
    return count(this.db.get('SELECT max(id) AS id FROM instances')?.['id']);
  }

  latestArrivalMs(throughId: number): number {
    return count(this.db.get('SELECT max(arrivedAtMs) AS ms FROM instances WHERE id <= ?', throughId)?.['ms']);
  }

  mark(name: string): number | undefined {
    const row = this.db.get('SELECT value FROM marks WHERE name = ?', name);
    return row === undefined ? undefined : count(row['value']);
  }

  setMark(name: string, value: number): void {
    this.db.run('INSERT INTO marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', name, value);
  }

  putJob(job: StoredJob): void {
    putJob(this.db, job);
  }

  jobs(): StoredJob[] {
    return storedJobs(this.db);
  }

  removeJob(id: string): void {
    this.db.run('DELETE FROM jobs WHERE id = ?', id);
  }

  audit(entry: AuditEntry): void {
    addAudit(this.db, entry);
  }

  auditTail(limit: number): AuditEntry[] {
    return auditTail(this.db, limit);
  }

  auditOf(words: string, sinceMs: number): AuditEntry[] {
    return auditOf(this.db, words, sinceMs);
  }

  onChanged(listener: (changes: readonly StudyChange[]) => void): () => void {
    this.changeListeners.add(listener);
    return () => this.changeListeners.delete(listener);
  }

  rebuildNeeded(): string | undefined {
    return this.rebuildReason;
  }

  needRebuild(reason: string): void {
    this.rebuildReason = reason;
  }

  rebuilt(): void {
    this.rebuildReason = undefined;
    noteReader(this);
    this.countTotals();
  }

  async check(depth: Parameters<Index['check']>[0]): Promise<string[]> {
    const script = this.options.checkWorker;
    if (script === undefined || this.db.path === ':memory:') return checkDatabase(this.db, depth);
    return checkInWorker(script, this.db.path, depth);
  }

  replaceDamaged(reason: string): void {
    const { path } = this.db;
    this.db.close();
    setAsideDatabase(path, this.env.clock.now());
    this.db = this.reopen();
    this.lately.forget();
    this.rows = new ObjectRows(this.db);
    this.list = new StudyList(this.db);
    this.rebuildReason = reason;
    this.countTotals();
  }

  tidy(): void {
    this.db.checkpoint();
  }

  close(): void {
    clearTimeout(this.quietTimer);
    clearTimeout(this.loadTimer);
    this.db.close();
  }

  private records(sql: string, value: string | number): InstanceRecord[] {
    return this.db.all(sql, value).map((row: Row) => instanceRecord(row, this.templateOf(text(row['template']))));
  }

  /** The list in memory is there before somebody has typed a word, and made in short portions. */
  private loadSoon(delayMs: number): void {
    this.loadTimer = setTimeout(() => {
      if (this.list.loadSome()) this.loadSoon(LOAD_EVERY_MS);
    }, delayMs).unref();
  }

  private countTotals(): void {
    const row = this.db.get('SELECT count(*) AS studies, coalesce(sum(instanceCount), 0) AS objects, coalesce(sum(sizeBytes), 0) AS sizeBytes FROM studies');
    this.totals = { objects: count(row?.['objects']), studies: count(row?.['studies']), sizeBytes: count(row?.['sizeBytes']) };
  }

  private tellChanged(uids: readonly string[]): void {
    if (uids.length === 0) return;
    for (const uid of uids) this.arriving.add(uid);
    this.quietTimer ??= setTimeout(() => this.tellQuiet(), ARRIVING_MS + 50).unref();
    this.tell(uids);
  }

  /** A study stops "arriving" without any write: its row is told again. */
  private tellQuiet(): void {
    this.quietTimer = undefined;
    const since = this.env.clock.now() - ARRIVING_MS;
    const quiet = [...this.arriving].filter((uid) => count(this.db.get('SELECT lastArrivalMs FROM studies WHERE uid = ?', uid)?.['lastArrivalMs']) <= since);
    for (const uid of quiet) this.arriving.delete(uid);
    if (this.arriving.size > 0) this.quietTimer = setTimeout(() => this.tellQuiet(), 500).unref();
    this.tell(quiet);
  }

  private tell(uids: readonly string[]): void {
    const changes = uids.map((uid) => ({ StudyInstanceUID: StudyUid.parse(uid), revision: this.revision(StudyUid.parse(uid)) }));
    if (changes.length > 0) for (const listener of [...this.changeListeners]) listener(changes);
  }
}
