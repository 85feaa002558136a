import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import type { StudyFilter, StudySortKey } from '@shared/domain';
import { createNodeFiles, openStorage } from '../../electron/services/cache';
import { type Index, type IndexedObject, openIndex } from '../../electron/services/index';
import { syntheticInstance } from '../support/synthetic-index';
import { hostEnvironment, store, testObject } from '../support/storage-rig';

/**
 * `npm run bench -- index [instances] [instances per study] [files to rebuild]`: rates of the index with the same questions asked of the same rows without indexes
 * (SQLite's own full scan) in the same call. JSON on stdout.
 */
interface Question {
  readonly name: string;
  readonly filter: StudyFilter;
  readonly key?: StudySortKey;
  readonly descending?: boolean;
  readonly offset?: number;
  /** The same question for a table without indexes. */
  readonly scan: string;
}

const ROUNDS = 15;
const LIMIT = 200;
const byDate = `ORDER BY date DESC, time DESC LIMIT ${String(LIMIT)}`;

const QUESTIONS: readonly Question[] = [
  { name: 'first page by date', filter: {}, scan: byDate },
  { name: 'page by name', filter: {}, key: 'PatientName', descending: false, scan: `ORDER BY nameFold LIMIT ${String(LIMIT)}` },
  { name: 'deep page by name', filter: {}, key: 'PatientName', offset: 8000, scan: `ORDER BY nameFold DESC LIMIT ${String(LIMIT)} OFFSET 8000` },
  { name: 'word, few matches', filter: { text: 'muller123' }, scan: `WHERE search LIKE '%muller123%' ${byDate}` },
  { name: 'word, many matches', filter: { text: 'thorax' }, scan: `WHERE search LIKE '%thorax%' ${byDate}` },
  {
    name: 'two words by name',
    filter: { text: 'rossi knee' },
    key: 'PatientName',
    scan: `WHERE search LIKE '%rossi%' AND search LIKE '%knee%' ORDER BY nameFold DESC LIMIT 200`,
  },
  { name: 'one letter', filter: { text: 'a' }, scan: `WHERE search LIKE '%a%' ${byDate}` },
  { name: 'ideographs', filter: { text: '山田' }, scan: `WHERE search LIKE '%山田%' ${byDate}` },
  { name: 'accession', filter: { AccessionNumber: 'A1234' }, scan: `WHERE accessionFold LIKE '%a1234%' ${byDate}` },
  { name: 'no match', filter: { text: 'zzzqqq' }, scan: `WHERE search LIKE '%zzzqqq%' ${byDate}` },
  { name: 'modality', filter: { Modality: 'MR' }, scan: `WHERE modalities LIKE '%MR%' ${byDate}` },
  { name: 'month', filter: { studyDateFrom: '20200101', studyDateTo: '20200131' }, scan: `WHERE date BETWEEN '20200101' AND '20200131' ${byDate}` },
  { name: 'unread', filter: { state: 'unread' }, scan: `WHERE state = 'unread' ${byDate}` },
];

async function main(): Promise<void> {
  const [instances = 1_000_000, perStudy = 40, files = 2000] = process.argv.slice(2).map(Number);
  const scratch = mkdtempSync(join(tmpdir(), 'alternator-bench-index-'));
  try {
    const path = join(scratch, 'index.sqlite');
    const env = hostEnvironment(scratch, createNodeFiles());
    const insert = fill(openIndex(path, env), instances, perStudy);
    const opening = performance.now();
    const index = openIndex(path, env);
    index.search({ filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: LIMIT });
    const openToFirstPageMs = round(performance.now() - opening);
    // the list in memory is made in the background after a start: this is who types before it is there
    const firstWordMs = round(timed(() => index.search({ filter: { text: 'thorax' }, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: LIMIT })));
    const plain = plainCopy(path, join(scratch, 'plain.sqlite'));
    const questions = QUESTIONS.map((question) => ask(index, plain, question));
    const counts = index.counts();
    plain.close();
    index.close();
    const all = questions.map(({ ms }) => ms.p95);
    const rebuild = await rebuildRate(join(scratch, 'rebuild'), files);
    const report = {
      bench: 'index',
      cores: cpus().length,
      loadAverage: loadavg().map(round),
      ...counts,
      databaseMib: round(statSync(path).size / 2 ** 20),
      insert,
      openToFirstPageMs,
      firstWordMs,
      questions,
      worstP95Ms: Math.max(...all),
      goalP95Ms: 50,
      reached: Math.max(...all) <= 50,
      rebuild,
      rssMib: round(process.memoryUsage.rss() / 2 ** 20),
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function fill(index: Index, instances: number, perStudy: number): { perSecond: number; seconds: number } {
  const started = performance.now();
  let batch: IndexedObject[] = [];
  for (let n = 0; n < instances; n++) {
    batch.push(syntheticInstance(n, perStudy));
    if (batch.length < 500 && n < instances - 1) continue;
    index.put(batch, { durable: true });
    batch = [];
  }
  const seconds = (performance.now() - started) / 1000;
  index.close();
  return { perSecond: Math.round(instances / seconds), seconds: round(seconds) };
}

function ask(index: Index, plain: Database.Database, question: Question) {
  const { name, filter, key = 'StudyDate', descending = true, offset = 0, scan } = question;
  const statement = plain.prepare(`SELECT * FROM studies ${scan}`);
  const ours: number[] = [];
  const theirs: number[] = [];
  let matching = 0;
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(timed(() => (matching = index.search({ filter, sort: { key, descending }, offset, limit: LIMIT }).matching)));
    theirs.push(timed(() => statement.all()));
  }
  return { name, matching, ms: summary(ours), fullScanMs: summary(theirs), ratio: round(summary(ours).p50 / summary(theirs).p50) };
}

/** The same study rows in a database without a single index. */
function plainCopy(from: string, to: string): Database.Database {
  const db = new Database(to);
  db.exec(`ATTACH '${from}' AS source; CREATE TABLE studies AS SELECT * FROM source.studies; DETACH source;`);
  return db;
}

async function rebuildRate(dataDir: string, count: number): Promise<{ files: number; perSecond: number; storePerSecond: number }> {
  const storage = await openStorage(hostEnvironment(dataDir, createNodeFiles()), { idleMs: 100 });
  try {
    const storing = performance.now();
    for (let n = 0; n < count; n++) await store(storage.cache, testObject(n, { pixelBytes: 20_000 }));
    const storeSeconds = (performance.now() - storing) / 1000;
    await storage.cache.flush();
    const started = performance.now();
    const { objects } = await storage.cache.rebuild(() => undefined, new AbortController().signal);
    const seconds = (performance.now() - started) / 1000;
    return { files: objects, perSecond: Math.round(objects / seconds), storePerSecond: Math.round(count / storeSeconds) };
  } finally {
    await storage.close();
  }
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function summary(values: readonly number[]): { p50: number; p95: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50: at(0.5), p95: at(0.95) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

void main();
