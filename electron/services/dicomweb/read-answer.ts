import type { IncomingMessage } from 'node:http';
import { bodyOf } from './body-stream';
import type { Rate } from './least-rate';

const MOST_JSON_BYTES = 16 * 2 ** 20;
/** An answer that nobody reads is read to its end so that its connection can be kept; by then it is closed. */
const DROP_MS = 10_000;

/** Reads a JSON answer within its limit. Throws an Error in words. */
export async function readJson(response: IncomingMessage): Promise<unknown> {
  const text = await readText(response, MOST_JSON_BYTES);
  if (text.trim() === '') return [];
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error('what came is no JSON');
  }
}

/** Within its limit, and no slower than the least rate. Throws an Error in words. */
export async function readText(response: IncomingMessage, mostBytes: number, rate?: Rate): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  await bodyOf(response, rate).each((chunk) => {
    length += chunk.length;
    if (length > mostBytes) {
      response.destroy();
      throw new Error('the answer is too long');
    }
    parts.push(chunk);
    return undefined;
  });
  return Buffer.concat(parts).toString('utf8');
}

/** Reads on to the end of an answer that says nothing more, so that its connection can be kept; closes it when that takes long. */
export function dropAnswer(response: IncomingMessage): void {
  const timer = setTimeout(() => response.destroy(), DROP_MS);
  response.once('close', () => clearTimeout(timer));
  response.resume();
}
