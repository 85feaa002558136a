import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { SecretsStatus } from '@shared/domain';
import { z } from 'zod';
import type { Logger } from '../logging/logger';
import { DocumentAdapter } from '../settings';
import { keyId, makeKeyFile, ownFolder, readKeyFile, removeKeyFile } from './file-key';
import { type KeyProvider, withoutKeyRing } from './key-provider';

/** Small secrets of this station: refresh tokens, client secrets, the key of its certificate. Never a patient's data. */
export interface SecretStore {
  /** Undefined: there is none of that name. Rejects with SecretsUnavailable in words. */
  get(name: string): Promise<string | undefined>;
  /** Resolves when it is on the disk to stay. Rejects with SecretsUnavailable in words. */
  set(name: string, value: string): Promise<void>;
  forget(name: string): Promise<void>;
  /** Names, not values: readable without the key. */
  names(): readonly string[];
  /** Where the key is kept. Asks for it. */
  status(): Promise<SecretsStatus>;
}

/** The key does not open now, or what is kept was sealed with another one. */
export class SecretsUnavailable extends Error {}

export interface SecretStoreParts {
  readonly folder: string;
  readonly keys: KeyProvider | undefined;
  readonly now: () => number;
  readonly log: Logger;
}

const Sealed = z.object({ nonce: z.string(), box: z.string() });
const Document = z.object({ keyId: z.string(), secrets: z.record(z.string(), Sealed) });
type Document = z.infer<typeof Document>;

interface OpenKey {
  readonly key: Uint8Array;
  readonly id: string;
  readonly status: SecretsStatus;
}

const VERSION = 1;
const MOST_BYTES = 200_000;
const TAG_BYTES = 16;
const FILE_WORDS = 'Secrets stand in files that only this user can read; whoever can read the files of this user can read them.';

/**
 * Secrets in one file of `folder`, each sealed with AES-256-GCM under the station's key and bound to its name. The key is kept by the system's key ring; where there is none it
 * stands in a file beside them, and the status says so. What was sealed with a key that is not there now is left as it is until something new is kept.
 */
export function openSecrets({ folder, keys = withoutKeyRing, now, log }: SecretStoreParts): SecretStore {
  const adapter = new DocumentAdapter(join(folder, 'secrets.json'));
  let document = read(adapter);
  let opening: Promise<OpenKey> | undefined;

  const opened = (): Promise<OpenKey> => {
    opening ??= openKey().catch((error: unknown) => {
      opening = undefined;
      throw error instanceof SecretsUnavailable ? error : new SecretsUnavailable(`The secrets of this station cannot be opened: ${words(error)}.`);
    });
    return opening;
  };

  async function openKey(): Promise<OpenKey> {
    const station = await keys.key();
    if (station.kind === 'locked') throw new SecretsUnavailable(station.words);
    const inFile = readKeyFile(folder);
    if (station.kind === 'none') {
      const key = inFile ?? makeKeyFile(folder);
      return { key, id: keyId(key), status: { keptIn: 'file', words: `${station.words} ${FILE_WORDS}` } };
    }
    const open = { key: station.key, id: keyId(station.key), status: { keptIn: 'keyRing' as const, words: station.words } };
    if (inFile !== undefined && document?.keyId === keyId(inFile)) reseal(inFile, open);
    if (inFile !== undefined) removeKeyFile(folder);
    return open;
  }

  /** There is a key ring now: what stood under a key in a file comes under its key. */
  function reseal(from: Uint8Array, { key, id }: OpenKey): void {
    if (document === undefined) return;
    const secrets = Object.entries(document.secrets).map(([name, sealed]) => [name, seal(key, name, unseal(from, name, sealed))] as const);
    write({ keyId: id, secrets: Object.fromEntries(secrets) });
    log.info({ count: secrets.length }, 'secrets taken into the key ring');
  }

  function write(next: Document): void {
    ownFolder(folder);
    adapter.write({ version: VERSION, value: next });
    document = next;
  }

  const sealedOf = (name: string): z.infer<typeof Sealed> | undefined => document?.secrets[name];

  return {
    names: () => Object.keys(document?.secrets ?? {}),
    async get(name) {
      if (sealedOf(name) === undefined) return undefined;
      const { key, id } = await opened();
      // opening may have sealed it anew
      const sealed = sealedOf(name);
      if (sealed === undefined) return undefined;
      if (document?.keyId !== id)
        throw new SecretsUnavailable(
          'The key that secrets of this station were sealed with is not in the key ring now: sign in as before, or enter them again.',
        );
      return unseal(key, name, sealed);
    },
    async set(name, value) {
      if (Buffer.byteLength(value) > MOST_BYTES) throw new SecretsUnavailable('This is too long for a secret.');
      const { key, id } = await opened();
      const fits = document?.keyId === id;
      if (document !== undefined && !fits) {
        log.warn({}, 'secrets of another key set aside');
        adapter.setAside(new Date(now()));
      }
      write({ keyId: id, secrets: { ...(fits ? document?.secrets : {}), [name]: seal(key, name, value) } });
    },
    forget(name) {
      if (document?.secrets[name] !== undefined) {
        const { [name]: _gone, ...secrets } = document.secrets;
        write({ keyId: document.keyId, secrets });
      }
      return Promise.resolve();
    },
    async status() {
      try {
        return (await opened()).status;
      } catch (error) {
        return { keptIn: 'locked', words: words(error) };
      }
    },
  };
}

function read(adapter: DocumentAdapter): Document | undefined {
  const found = adapter.inspect();
  const parsed = found.kind === 'read' && found.document.version === VERSION ? Document.safeParse(found.document.value) : undefined;
  return parsed?.success === true ? parsed.data : undefined;
}

/** The name is bound in: one secret cannot be put in the place of another. */
function seal(key: Uint8Array, name: string, value: string): z.infer<typeof Sealed> {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name, 'utf8'));
  const box = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { nonce: nonce.toString('base64'), box: box.toString('base64') };
}

function unseal(key: Uint8Array, name: string, { nonce, box }: z.infer<typeof Sealed>): string {
  const bytes = Buffer.from(box, 'base64');
  try {
    const cipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64')).setAAD(Buffer.from(name, 'utf8'));
    cipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    return Buffer.concat([cipher.update(bytes.subarray(0, bytes.length - TAG_BYTES)), cipher.final()]).toString('utf8');
  } catch {
    throw new SecretsUnavailable('A secret of this station was changed on the disk and cannot be opened: enter it again.');
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
