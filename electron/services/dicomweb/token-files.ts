import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { Clock } from '../host-environment';
import { fetchToken, type OauthClient } from './client-credentials';
import { type Authorization, createWebClient } from './web-client';

/** Where the secret of an archive stands: a file of its owner alone. */
export interface TokenFile {
  readonly name: string;
  readonly file: string;
}

/** OAuth 2.0 client credentials (RFC 6749 4.4): what the file holds instead of a token. */
const Client = z.object({
  tokenUrl: z.string().max(2000),
  clientId: z.string().min(1).max(500),
  clientSecret: z.string().min(1).max(10_000),
  scope: z.string().max(2000).optional(),
});

const MOST_BYTES = 100_000;
/** A token that ends so soon is not used any more: the request may take its time. */
const SPARE_MS = 60_000;
const WITHOUT_END_MS = 300_000;

/**
 * Tokens from files: the token itself, read anew each time, so that whoever renews it writes the file; or a client of OAuth 2.0, whose tokens are kept in memory
 * until they end. An archive without a file gets none. Rejects in words; never with a secret in them.
 */
export function tokensFromFiles(files: readonly TokenFile[], clock: Pick<Clock, 'monotonic'>): Authorization {
  const tokens = new Map<string, { readonly token: string; readonly endsAtMs: number }>();
  return async (node, signal, refused) => {
    const entry = files.find(({ name }) => name === node);
    if (entry === undefined) return undefined;
    const known = tokens.get(node);
    if (known !== undefined && refused !== `Bearer ${known.token}` && known.endsAtMs - SPARE_MS > clock.monotonic()) return `Bearer ${known.token}`;
    const text = (await readOwnerOnly(entry.file)).trim();
    if (!text.startsWith('{')) {
      if (!/^[\x21-\x7e]+$/.test(text)) throw new Error('the token file does not hold one token');
      return `Bearer ${text}`;
    }
    const client = clientOf(text);
    const { access_token: token, expires_in: seconds } = await ask(client, signal);
    tokens.set(node, { token, endsAtMs: clock.monotonic() + (seconds === undefined ? WITHOUT_END_MS : seconds * 1000) });
    return `Bearer ${token}`;
  };
}

async function readOwnerOnly(path: string): Promise<string> {
  let handle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw new Error(`the token file ${path} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'error'})`);
  }
  try {
    const { mode, size } = await handle.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw new Error(`the token file ${path} can be read by others: chmod 600 it`);
    if (size > MOST_BYTES) throw new Error(`the token file ${path} is too long`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function clientOf(text: string): OauthClient {
  try {
    return Client.parse(JSON.parse(text));
  } catch {
    throw new Error('the token file holds neither a token nor tokenUrl, clientId and clientSecret');
  }
}

async function ask(client: OauthClient, signal: AbortSignal): ReturnType<typeof fetchToken> {
  const web = createWebClient();
  try {
    return await fetchToken(client, signal, web);
  } finally {
    web.close();
  }
}
