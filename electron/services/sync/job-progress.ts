import type { Clock } from '../host-environment';
import type { JobProgress, StoredJob } from './job-types';

/** Refusals listed one by one; beyond it they are counted in one closing line. */
const MAX_REFUSED = 5000;
const MAX_NOTES = 200;
const EVENT_EVERY_MS = 200;
const SAVE_EVERY_MS = 1000;
/** A rate is that of the last seconds: what stood still before says nothing of what is left. */
const RATE_OVER_MS = 8000;
const RATE_FROM_MS = 800;

interface Sample {
  readonly atMs: number;
  readonly done: number;
  readonly bytes: number;
}

/** Writes a run's progress into its job; tells it now and then, the last change of a burst too (what stands still afterwards is shown as it stands), and saves it. */
export function spacedProgress(stored: StoredJob, clock: Clock, tell: () => void, save: () => void): JobProgress {
  const { job } = stored;
  let toldAt = -Infinity;
  let later: NodeJS.Timeout | undefined;
  let savedAt = clock.monotonic();
  let refusedCount = job.refused.length;
  let bytes = 0;
  const samples: Sample[] = [];
  const rate = (atMs: number): void => {
    samples.push({ atMs, done: job.done, bytes });
    while (samples.length > 2 && atMs - (samples[0]?.atMs ?? atMs) > RATE_OVER_MS) samples.shift();
    const first = samples[0];
    if (first === undefined || atMs - first.atMs < RATE_FROM_MS) return;
    const seconds = (atMs - first.atMs) / 1000;
    job.rate = Math.max(0, job.done - first.done) / seconds;
    if (bytes > 0) job.bytesRate = (bytes - first.bytes) / seconds;
  };
  const tellNow = (): void => {
    clearTimeout(later);
    later = undefined;
    // its end was told
    if (job.endedAt !== undefined) return;
    toldAt = clock.monotonic();
    rate(toldAt);
    tell();
  };
  const changed = (): void => {
    const now = clock.monotonic();
    if (now - toldAt >= EVENT_EVERY_MS) tellNow();
    else later ??= setTimeout(tellNow, EVENT_EVERY_MS - (now - toldAt)).unref();
    if (now - savedAt >= SAVE_EVERY_MS) {
      savedAt = now;
      save();
    }
  };
  return {
    set(done, total) {
      job.done = done;
      if (total !== undefined) job.total = total;
      changed();
    },
    bytes(done, total) {
      bytes = done;
      if (total !== undefined) job.bytes = { done, total };
      changed();
    },
    alreadyHere() {
      job.alreadyHere++;
      changed();
    },
    refuse(name, reason, inQuarantine = false, path) {
      refusedCount++;
      if (inQuarantine) job.setAside++;
      const entry = { name, reason, ...(inQuarantine ? { setAside: true } : {}), ...(path === undefined ? {} : { path }) };
      if (refusedCount <= MAX_REFUSED) job.refused.push(entry);
      else job.refused[MAX_REFUSED] = { name: `${refusedCount - MAX_REFUSED} more`, reason: 'not listed one by one; the log has them' };
      changed();
    },
    note(text) {
      if (job.notes.length < MAX_NOTES && !job.notes.includes(text)) job.notes.push(text);
      changed();
    },
    touched(StudyInstanceUID) {
      if (!job.studies.includes(StudyInstanceUID)) job.studies.push(StudyInstanceUID);
      changed();
    },
    checkpoint(state) {
      stored.checkpoint = state;
      changed();
    },
  };
}
