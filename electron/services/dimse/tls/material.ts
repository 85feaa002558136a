import { certificateFacts, pemCertificates, URGENT_DAYS } from './certificates';

/** What TLS needs of this station, as PEM text. The private key comes through the same door and is kept nowhere else. */
export interface TlsMaterial {
  /** Certificates of the authorities that are trusted; absent: those that the system's Node knows. */
  readonly ca?: string;
  /** Our certificate, with the chain above it. */
  readonly certificate?: string;
  readonly key?: string;
  /** Told until when the certificate of the peer is valid (milliseconds since the epoch). */
  readonly onPeer?: (validUntilMs: number) => void;
}

/** Asked at each connection, so that renewed files count at once. Rejects with words for the user when something named cannot be read. */
export type TlsProvider = () => Promise<TlsMaterial>;

/**
 * PS3.15 B.12 (BCP 195, RFC 8996, RFC 9325): TLS 1.2 is the floor, 1.3 preferred; below 1.3 only suites with forward secrecy and authenticated encryption.
 */
export const TLS_PROFILE = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
  honorCipherOrder: true,
} as const;

export interface Expiry {
  readonly level: 'attention' | 'danger';
  readonly text: string;
}

/** What is to be said of the certificates at this time: those that have expired or will within 30 days, urgent in the last 7; a text that is no certificate too. */
export function expiries({ ca, certificate }: TlsMaterial, nowMs: number): Expiry[] {
  return [
    ...pemCertificates(certificate).map((pem) => expiryOf('Our TLS certificate', pem, nowMs)),
    ...pemCertificates(ca).map((pem) => expiryOf('The certificate of a trusted authority', pem, nowMs)),
  ].flatMap((found) => found ?? []);
}

function expiryOf(what: string, pem: string, nowMs: number): Expiry | undefined {
  const [facts] = certificateFacts(pem, nowMs);
  if (facts === undefined) return { level: 'danger', text: `${what} cannot be read: it is no certificate in PEM form.` };
  const { state, days } = facts;
  const day = facts.until.slice(0, 10);
  if (state === 'expired') return { level: 'danger', text: `${what} expired on ${day}: connections by TLS fail until it is renewed.` };
  if (state === 'notYet') return { level: 'danger', text: `${what} is not valid yet: is the clock of this computer right?` };
  if (state === 'valid') return undefined;
  return { level: days < URGENT_DAYS ? 'danger' : 'attention', text: `${what} expires on ${day}, in ${String(days)} days: have it renewed.` };
}
