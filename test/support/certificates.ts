import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Issued {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface Authority extends Issued {
  /** A certificate for a host name, or with another period of validity (openssl's YYYYMMDDHHMMSSZ). */
  issue(
    name: string,
    options?: { readonly until?: string; readonly from?: string; readonly subjectAltName?: string; readonly extendedKeyUsage?: string },
  ): Issued;
}

export interface CertificateShop extends Disposable {
  authority(name: string): Authority;
}

/** Authorities and certificates of a test, made by openssl in a folder of their own. */
export function certificateShop(openssl: string): CertificateShop {
  const folder = mkdtempSync(join(tmpdir(), 'alternator-certificates-'));
  let next = 0;
  const run = (...args: string[]): void => void execFileSync(openssl, args, { cwd: folder, stdio: 'pipe' });
  const files = (stem: string): Issued => {
    const [certificateFile, keyFile] = [join(folder, `${stem}.pem`), join(folder, `${stem}.key`)];
    return { certificateFile, keyFile, certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  };
  const newKey = (stem: string): void => run('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${stem}.key`);
  return {
    authority(name) {
      const ca = `ca${String(next++)}`;
      newKey(ca);
      run('req', '-x509', '-key', `${ca}.key`, '-out', `${ca}.pem`, '-days', '3650', '-subj', `/CN=${name}`);
      writeFileSync(join(folder, `${ca}.txt`), '');
      writeFileSync(
        join(folder, `${ca}.cnf`),
        `[ca]\ndefault_ca=x\n[x]\ndatabase=${ca}.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=p\nunique_subject=no\ncopy_extensions=copy\n[p]\ncommonName=supplied\n`,
      );
      return {
        ...files(ca),
        issue(host, { from, until, subjectAltName = `DNS:${host},IP:127.0.0.1`, extendedKeyUsage } = {}) {
          const stem = `cert${String(next++)}`;
          newKey(stem);
          const usage = extendedKeyUsage === undefined ? [] : ['-addext', `extendedKeyUsage=${extendedKeyUsage}`];
          run('req', '-new', '-key', `${stem}.key`, '-out', `${stem}.csr`, '-subj', `/CN=${host}`, '-addext', `subjectAltName=${subjectAltName}`, ...usage);
          const period = [...(from === undefined ? ['-startdate', '20200101000000Z'] : ['-startdate', from]), '-enddate', until ?? '20490101000000Z'];
          run(
            'ca',
            '-batch',
            '-config',
            `${ca}.cnf`,
            '-cert',
            `${ca}.pem`,
            '-keyfile',
            `${ca}.key`,
            '-in',
            `${stem}.csr`,
            '-out',
            `${stem}.pem`,
            '-notext',
            ...period,
          );
          return files(stem);
        },
      };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
