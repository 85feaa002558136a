import { randomBytes } from 'node:crypto';
import { dimseStatus, statusText } from '@shared/dicom';
import type { SendObject, SendOutcome } from '../dimse';
import { writePart10Header } from '../part10';
import { DicomJson, itemsOf, numberOf, textOf } from './dicom-json';
import { dropAnswer, readJson } from './read-answer';
import { statusFailure, type WebClient, webFailure, type WebTarget } from './web-client';

/** An object with its length, so that the body's is known before it is sent. */
export interface WebObject extends SendObject {
  readonly sizeBytes: number;
}

export interface StowRequest {
  readonly objects: readonly WebObject[];
  readonly onOutcome: (object: WebObject, outcome: SendOutcome) => void;
}

const MOST_OBJECTS = 20;
const MOST_BYTES = 32 * 2 ** 20;

const REFERENCED_SOP_INSTANCE = 0x00081155;
const WARNING_REASON = 0x00081196;
const FAILURE_REASON = 0x00081197;
const FAILED_SEQUENCE = 0x00081198;
const REFERENCED_SEQUENCE = 0x00081199;

/**
 * STOW-RS (PS3.18 10.5) with the outcomes of C-STORE: a few objects a request, bytes as they are kept behind a Part 10 header of ours; each object gets the outcome that
 * the answer names it with (reliability O20). Never rejects for what the service does.
 */
export async function webSend(client: WebClient, target: WebTarget, { objects, onOutcome }: StowRequest, signal: AbortSignal): Promise<void> {
  for (const batch of batches(objects)) {
    if (signal.aborted) {
      for (const object of batch) onOutcome(object, { kind: 'cancelled' });
      continue;
    }
    for (const [object, outcome] of await post(client, target, batch, signal)) onOutcome(object, outcome);
  }
}

function batches(objects: readonly WebObject[]): WebObject[][] {
  const found: WebObject[][] = [];
  let bytes = 0;
  for (const object of objects) {
    const last = found.at(-1);
    if (last === undefined || last.length >= MOST_OBJECTS || bytes + object.sizeBytes > MOST_BYTES) {
      found.push([object]);
      bytes = 0;
    } else last.push(object);
    bytes += object.sizeBytes;
  }
  return found;
}

async function post(client: WebClient, target: WebTarget, batch: readonly WebObject[], signal: AbortSignal): Promise<Map<WebObject, SendOutcome>> {
  const boundary = `alternator-${randomBytes(16).toString('hex')}`;
  const heads = batch.map((object) =>
    Buffer.concat([Buffer.from(`\r\n--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`, 'latin1'), writePart10Header(object)]),
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1');
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const [at, object] of batch.entries()) {
      yield heads[at] ?? tail;
      yield* object.bytes();
    }
    yield tail;
  }
  const contentLength = heads.reduce((sum, head) => sum + head.length, tail.length) + batch.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const contentType = `multipart/related; type="application/dicom"; boundary=${boundary}`;
  const answer = await client.ask(target, { method: 'POST', path: '/studies', accept: 'application/dicom+json', contentType, contentLength, body }, signal);
  const oneByOne = async (): Promise<Map<WebObject, SendOutcome>> =>
    new Map((await Promise.all(batch.map((object) => post(client, target, [object], signal)))).flatMap((one) => [...one]));
  // an object that cannot be read here is nobody's fault but its own
  if ('failure' in answer && answer.failure.cause === 'local' && batch.length > 1) return oneByOne();
  if ('failure' in answer) return all(batch, withoutAnswer(answer.failure));
  const { response } = answer;
  const status = response.statusCode ?? 0;
  // PS3.18 Table 10.5.3-1: 200 all, 202 some, 409 none; each names its objects
  if (status !== 200 && status !== 202 && status !== 409) {
    dropAnswer(response);
    // too much at once, or one that the service cannot read or does not take: the others must not suffer for it
    if ((status === 413 || status === 400 || status === 415) && batch.length > 1) return oneByOne();
    return all(batch, refusedAsWhole(target.name, status));
  }
  try {
    const json = DicomJson.parse(await readJson(response));
    return new Map(batch.map((object) => [object, outcomeOf(target.name, json, object)]));
  } catch (error) {
    const words = `${target.name} answered, but not in a way that can be read (${error instanceof Error ? error.message.slice(0, 100) : ''}). Sending again is safe.`;
    return all(batch, { kind: 'unknown', words });
  }
}

function all(batch: readonly WebObject[], outcome: SendOutcome): Map<WebObject, SendOutcome> {
  return new Map(batch.map((object) => [object, outcome]));
}

function withoutAnswer(failure: ReturnType<typeof webFailure>): SendOutcome {
  if (failure.cause === 'cancelled') return { kind: 'cancelled' };
  // the body had begun: what arrived of it is not known
  if (failure.cause === 'closed' || failure.cause === 'noAnswer')
    return { kind: 'unknown', words: `${failure.words} Whether the objects are there is not known; sending them again is safe.` };
  return { kind: 'failed', isTransient: failure.isTransient, words: failure.words, failure };
}

function refusedAsWhole(name: string, status: number): SendOutcome {
  if (status === 415 || status === 406) return { kind: 'notNegotiated', words: `${name} takes no DICOM objects in this form (HTTP ${String(status)}).` };
  const failure = statusFailure(name, status) ?? webFailure('protocol', `${name} answered with HTTP ${String(status)}.`);
  if (failure.cause === 'rejected' || failure.isTransient) return { kind: 'failed', isTransient: failure.isTransient, words: failure.words, failure };
  return { kind: 'failed', isTransient: false, words: failure.words, failure: { ...failure, cause: 'local' } };
}

function outcomeOf(name: string, json: DicomJson, { SOPInstanceUID }: WebObject): SendOutcome {
  const of = (sequence: number): DicomJson | undefined => itemsOf(json, sequence).find((item) => textOf(item, REFERENCED_SOP_INSTANCE) === SOPInstanceUID);
  const failed = of(FAILED_SEQUENCE);
  if (failed !== undefined) {
    const status = dimseStatus('C-STORE', numberOf(failed, FAILURE_REASON) ?? 0x0110);
    return { kind: 'failed', status, isTransient: status.remedy === 'retry', words: `${name} answered ${statusText(status.code)} (${status.meaning}).` };
  }
  const stored = of(REFERENCED_SEQUENCE);
  if (stored === undefined) return { kind: 'unknown', words: `${name} did not mention the object in its answer.` };
  const warning = numberOf(stored, WARNING_REASON);
  if (warning === undefined || warning === 0) return { kind: 'sent' };
  const status = dimseStatus('C-STORE', warning);
  return { kind: 'sentWithWarning', status, words: `${name} answered ${statusText(warning)} (${status.meaning}).` };
}
