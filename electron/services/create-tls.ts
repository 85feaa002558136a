import { createPrivateKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { EventPayload } from '@shared/contract';
import { TlsSettings, type TlsStatus } from '@shared/domain';
import { certificateFacts, expiries, type Expiry, fits, type TlsListening, type TlsMaterial, type TlsProvider } from './dimse';
import type { Clock, HostEnvironment } from './host-environment';
import type { SecretStore } from './secrets';
import type { Settings } from './settings';

export interface Tls {
  /** For calls of ours and for the listener; files are read anew each time. */
  readonly material: TlsProvider;
  /** How the node listens, as the settings and the command line say at its start; absent: not with TLS. */
  readonly listening: TlsListening | undefined;
  /** What is to be said of certificates that have expired or soon will; empty where TLS is not used. */
  expiries(nowMs: number): Promise<Expiry[]>;
  /** What stands in the files and the store, for the settings. Never the key itself. */
  status(nowMs: number): Promise<TlsStatus>;
  /** Takes the key in this file into the station's store. Rejects with an Error in words. */
  keepKey(file: string, passphrase: string | undefined): Promise<void>;
  forgetKey(): Promise<void>;
}

const KEY_SECRET = 'tls key';
const MOST_BYTES = 100_000;

/** TLS for DICOM from the settings; what the command line names stands for this run in its place. */
export function createTls(env: HostEnvironment, settings: Settings, secrets: SecretStore): Tls {
  const kept = (): TlsSettings => TlsSettings.parse(settings.value('tls'));
  const current = (): TlsSettings => ({ ...kept(), ...env.options.tls });
  const isInStore = (): boolean => current().keyFile === undefined && secrets.names().includes(KEY_SECRET);
  const keyOf = async (): Promise<string | undefined> =>
    isInStore() ? await secrets.get(KEY_SECRET) : await pem(current().keyFile, 'the key of this station');
  const certificates = async (): Promise<Pick<TlsMaterial, 'ca' | 'certificate'>> => {
    const { caFile, certificateFile } = current();
    const [ca, certificate] = await Promise.all([pem(caFile, 'the trusted authorities'), pem(certificateFile, 'the certificate of this station')]);
    return { ...(ca !== undefined && { ca }), ...(certificate !== undefined && { certificate }) };
  };
  const material = async (): Promise<TlsMaterial> => {
    const [found, key] = await Promise.all([certificates(), keyOf()]);
    return { ...found, ...(key !== undefined && { key }) };
  };
  const { port, clients = 'required' } = current();
  return {
    material,
    listening: port === undefined ? undefined : { port, clients, material },
    async expiries(nowMs) {
      try {
        return expiries(await certificates(), nowMs);
      } catch (error) {
        return [{ level: 'danger', text: words(error) }];
      }
    },
    async status(nowMs) {
      const found = await certificates().catch((error: unknown) => words(error));
      const key = await keyOf().then(
        (text) => ({ text, problem: undefined }),
        (error: unknown) => ({ text: undefined, problem: words(error) }),
      );
      const { keyFile } = current();
      const problems = [
        ...(typeof found === 'string' ? [found] : expiries(found, nowMs).map(({ text }) => text)),
        ...(key.problem === undefined ? [] : [key.problem]),
        ...(keyFile !== undefined && (await isReadByOthers(keyFile))
          ? [`Others can read the file of the key: chmod 600 ${keyFile}, or take it into the store.`]
          : []),
      ];
      const certificate = typeof found === 'string' ? undefined : found.certificate;
      const fitting = certificate === undefined || key.text === undefined ? undefined : fits(certificate, key.text);
      if (fitting === false) problems.push('The key does not belong to the certificate of this station.');
      return {
        certificate: certificateFacts(certificate, nowMs)[0],
        authorities: typeof found === 'string' ? [] : certificateFacts(found.ca, nowMs),
        key: { where: keyFile !== undefined ? 'file' : isInStore() ? 'store' : 'none', ...(fitting !== undefined && { fits: fitting }) },
        problems,
        secrets: await secrets.status(),
      };
    },
    async keepKey(file, passphrase) {
      const text = await readKey(file, passphrase);
      const { certificate } = await certificates();
      if (certificate !== undefined && !fits(certificate, text)) throw new Error('This key does not belong to the certificate of this station.');
      await secrets.set(KEY_SECRET, text);
      const { keyFile: _file, ...rest } = kept();
      settings.set('tls', rest);
    },
    forgetKey: () => secrets.forget(KEY_SECRET),
  };
}

const LOOK_EVERY_MS = 12 * 3_600_000;

/** Says what is to be said of the certificates now, and twice a day: a station runs for months. Returns the function that ends it. */
export async function watchExpiries(tls: Pick<Tls, 'expiries'>, clock: Clock, notice: (notice: EventPayload<'station.notice'>) => void): Promise<() => void> {
  const tell = async (): Promise<void> => {
    for (const { level, text } of await tls.expiries(clock.now())) notice({ level, text, detail: '', key: 'tls-certificates' });
  };
  await tell();
  const timer = setInterval(() => void tell(), LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** As PKCS #8 without a passphrase: the store has its own lock. */
async function readKey(file: string, passphrase: string | undefined): Promise<string> {
  const text = (await pem(file, 'the key')) ?? '';
  try {
    const key = createPrivateKey({ key: text, ...(passphrase !== undefined && passphrase !== '' && { passphrase }) });
    return String(key.export({ type: 'pkcs8', format: 'pem' }));
  } catch {
    const isLocked = text.includes('ENCRYPTED');
    if (isLocked && (passphrase ?? '') === '') throw new Error('This key is locked with a passphrase: enter it.');
    if (isLocked) throw new Error('The passphrase does not open this key.');
    throw new Error('This file holds no private key in PEM form.');
  }
}

async function isReadByOthers(file: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  return await stat(file).then(
    ({ mode }) => (mode & 0o077) !== 0,
    () => false,
  );
}

async function pem(file: string | undefined, what: string): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    const text = await readFile(file, 'utf8');
    if (text.length > MOST_BYTES * 20) throw new Error('too long');
    return text;
  } catch (error) {
    throw new Error(`The file of ${what} cannot be read (${(error as NodeJS.ErrnoException).code ?? words(error)}): ${file}`);
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
