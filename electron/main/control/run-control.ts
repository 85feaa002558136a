import { setTimeout as sleep } from 'node:timers/promises';
import { CallError, type ContractClient } from '@shared/contract';
import { type Job, type JobId, OutboxId, StudyUid } from '@shared/domain';
import { connectToRunning, NotRunning } from './connect';
import { folderState } from './folder-state';
import type { ControlAction, ControlCommand } from './control-command';

/** For stdout, and whether all that was asked for is done (exit code 0 or 1). */
export interface ControlAnswer {
  readonly ok: boolean;
  readonly [key: string]: unknown;
}

const PAGE = 5000;
const MOST_STUDIES = 100_000;
const QUIT_MS = 30_000;
const LOOK_EVERY_MS = 250;

/** Asks the running program and waits for the outcome. Never rejects: what failed is said in the answer. */
export async function runControl({ request, timeoutMs }: ControlCommand, dataDir: string): Promise<ControlAnswer> {
  let client: ContractClient | undefined;
  try {
    client = await connectToRunning(dataDir);
    return await perform(client, request, dataDir, timeoutMs);
  } catch (error) {
    if (error instanceof NotRunning) return failed('notRunning', error.message);
    if (error instanceof CallError) return failed(error.code, error.message);
    return failed('failed', error instanceof Error ? error.message : String(error));
  } finally {
    client?.close();
  }
}

function failed(code: string, message: string): ControlAnswer {
  return { ok: false, error: { code, message } };
}

async function perform(client: ContractClient, request: ControlAction, dataDir: string, timeoutMs: number | undefined): Promise<ControlAnswer> {
  switch (request.action) {
    case 'status':
      return { ok: true, ...(await client.call('station.status', { studies: MOST_STUDIES, viewed: true })) };
    case 'quit':
      await client.call('station.quit', {});
      return await untilGone(dataDir);
    case 'verify':
      return await verify(client, timeoutMs);
    case 'retrieve':
      return await retrieve(client, StudyUid.parse(request.StudyInstanceUID), request.node, timeoutMs);
    case 'send':
      return await send(client, StudyUid.parse(request.StudyInstanceUID), request.node, timeoutMs);
  }
}

async function verify(client: ContractClient, timeoutMs: number | undefined): Promise<ControlAnswer> {
  const { jobId } = await client.call('verify.start', {});
  const job = await endOf(client, jobId, timeoutMs);
  const { result } = await client.call('verify.result', { jobId });
  const clean = result?.damaged.length === 0 && result.unlisted.length === 0;
  return { ok: job.state === 'done' && clean, state: job.state, ...result, ...errorOf(job) };
}

async function retrieve(client: ContractClient, StudyInstanceUID: StudyUid, node: string, timeoutMs: number | undefined): Promise<ControlAnswer> {
  const began = new Date().toISOString();
  const { jobId } = await client.call('transfer.retrieve', { StudyInstanceUID, node });
  const job = await endOf(client, jobId, timeoutMs);
  const here = await client.call('study.objects', { StudyInstanceUID }).then(
    ({ objects }) => objects,
    () => [],
  );
  const objects = [
    ...here.map(({ SOPInstanceUID, arrivedAt }) => ({ SOPInstanceUID, outcome: arrivedAt >= began ? 'arrived' : 'alreadyHere' })),
    ...job.refused.map(({ name, reason }) => ({ SOPInstanceUID: name, outcome: 'failed', words: reason })),
  ];
  return { ok: job.state === 'done', StudyInstanceUID, node, state: job.state, objects, ...errorOf(job) };
}

async function send(client: ContractClient, StudyInstanceUID: StudyUid, node: string, timeoutMs: number | undefined): Promise<ControlAnswer> {
  const { jobId } = await client.call('transfer.send', { StudyInstanceUID, node });
  const job = await endOf(client, jobId, timeoutMs);
  const objects: object[] = [];
  // the order in the outbox has the job's id
  for (let offset = 0; ; offset += PAGE) {
    const page = await client.call('outbox.item', { id: OutboxId.parse(jobId), offset, limit: PAGE }).catch(() => undefined);
    for (const { SOPInstanceUID, state, attempts, words, status } of page?.objects ?? []) {
      objects.push({ SOPInstanceUID, outcome: state, attempts, ...(words !== '' && { words }), ...(status !== undefined && { status: hex(status) }) });
    }
    if (page === undefined || page.objects.length < PAGE) break;
  }
  return { ok: job.state === 'done', StudyInstanceUID, node, order: jobId, state: job.state, objects, ...errorOf(job) };
}

/** The job when it has ended, or as it stands when the time is over: its work goes on all the same. */
async function endOf(client: ContractClient, jobId: JobId, timeoutMs: number | undefined): Promise<Job> {
  return await new Promise<Job>((resolve, reject) => {
    let last: Job | undefined;
    const settle = (job: Job): void => {
      if (job.id !== jobId) return;
      last = job;
      if (job.endedAt !== undefined) finish(() => resolve(job));
    };
    const limit =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            finish(() => (last === undefined ? reject(new CallError('timeout', 'nothing was heard in time')) : resolve(last)));
          }, timeoutMs);
    const off = [
      client.on('job.changed', settle),
      client.onClose(() => finish(() => reject(new CallError('disconnected', 'the program ended; what was asked for goes on with its next start')))),
    ];
    const finish = (how: () => void): void => {
      clearTimeout(limit);
      for (const each of off) each();
      how();
    };
    client.call('job.list', {}).then(
      ({ jobs }) => jobs.forEach(settle),
      (error: unknown) => finish(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
  });
}

function errorOf(job: Job): object {
  if (job.endedAt === undefined) return { error: { code: 'timeout', message: 'not ended yet: it goes on' } };
  return job.error === undefined ? {} : { error: { code: 'failed', message: job.error } };
}

/** Until the folder is free for the next start, and how it was given back. */
async function untilGone(dataDir: string): Promise<ControlAnswer> {
  for (let waitedMs = 0; waitedMs < QUIT_MS; waitedMs += LOOK_EVERY_MS) {
    const state = await folderState(dataDir);
    if (state === 'free') return { ok: true, state: 'ended' };
    if (state === 'abandoned') return { ok: true, state: 'ended', note: 'the next start looks through files and list, as after an unclean end' };
    if (state === 'left')
      return { ...failed('unclean', 'the program has ended, but not in order: the next start looks after it, nothing acknowledged is lost'), state: 'ended' };
    await sleep(LOOK_EVERY_MS);
  }
  return failed('timeout', 'the program was asked to end and has not ended yet');
}

function hex(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(4, '0')}`;
}
