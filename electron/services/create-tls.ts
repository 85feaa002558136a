import { readFile } from 'node:fs/promises';
import { TlsSettings } from '@shared/domain';
import { expiries, type Expiry, type TlsListening, type TlsMaterial, type TlsProvider } from './dimse';
import type { HostEnvironment } from './host-environment';
import type { Settings } from './settings';

export interface Tls {
  /** For calls of ours and for the listener; files are read anew each time. */
  readonly material: TlsProvider;
  /** How the node listens, as the settings and the command line say at its start; absent: not with TLS. */
  readonly listening: TlsListening | undefined;
  /** What is to be said of certificates that have expired or soon will; empty where TLS is not used. */
  expiries(nowMs: number): Promise<Expiry[]>;
}

/** TLS for DICOM from the settings; what the command line names stands for this run in its place. */
export function createTls(env: HostEnvironment, settings: Settings): Tls {
  const current = (): TlsSettings => ({ ...TlsSettings.parse(settings.value('tls')), ...env.options.tls });
  const material = async (): Promise<TlsMaterial> => {
    const { caFile, certificateFile, keyFile } = current();
    const [ca, certificate, key] = await Promise.all([
      pem(caFile, 'the trusted authorities'),
      pem(certificateFile, 'the certificate of this station'),
      pem(keyFile, 'the key of this station'),
    ]);
    return { ...(ca !== undefined && { ca }), ...(certificate !== undefined && { certificate }), ...(key !== undefined && { key }) };
  };
  const { port, clients = 'required' } = current();
  return {
    material,
    listening: port === undefined ? undefined : { port, clients, material },
    async expiries(nowMs) {
      try {
        return expiries(await material(), nowMs);
      } catch (error) {
        return [{ level: 'danger', text: error instanceof Error ? error.message : String(error) }];
      }
    },
  };
}

async function pem(file: string | undefined, what: string): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`The file of ${what} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): ${file}`);
  }
}
