import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '@shared/domain';

const DAY_MS = 86_400_000;
/** Warned of so many days ahead (reliability 5.6). */
export const SOON_DAYS = 30;
/** From then on it is urgent. */
export const URGENT_DAYS = 7;

/** The certificates of a PEM text in their order, as far as they can be read. */
export function certificateFacts(pem: string | undefined, nowMs: number): CertificateFacts[] {
  return pemCertificates(pem).flatMap((text) => {
    try {
      return [factsOf(new X509Certificate(text), nowMs)];
    } catch {
      return [];
    }
  });
}

/** Whether a private key is that of the first certificate; false also when one of the two cannot be read. */
export function fits(certificatePem: string, keyPem: string): boolean {
  try {
    return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return false;
  }
}

export function pemCertificates(pem: string | undefined): string[] {
  if (pem === undefined) return [];
  return pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [pem];
}

function factsOf(certificate: X509Certificate, nowMs: number): CertificateFacts {
  const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const days = Math.floor((until - nowMs) / DAY_MS);
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    names: (certificate.subjectAltName ?? '')
      .split(', ')
      .flatMap((part) => (part === '' ? [] : [part.replace(/^(DNS|IP Address):/, '')]))
      .slice(0, 50),
    until: new Date(until).toISOString(),
    days,
    state: until <= nowMs ? 'expired' : from > nowMs ? 'notYet' : days < SOON_DAYS ? 'soon' : 'valid',
  };
}

/** The common name, else the whole distinguished name in one line. */
function nameOf(distinguished: string): string {
  return (/^CN=(.+)$/m.exec(distinguished)?.[1] ?? distinguished.replaceAll('\n', ', ')).slice(0, 200);
}
