import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import { TLS_PROFILE, type TlsMaterial } from './material';

const READ_BYTES = 2 ** 18;

/**
 * Opens the transport to a peer: plain TCP, or TLS where there is material, and never one for the other. The peer's certificate must lead to a trusted authority and be
 * made out to the host that is called (name, or address in its subject alternative names), or to the `name` that stands for it. `connected` is told when bytes of
 * DICOM may go; `take` gets those that come, good until it returns: plain ones stand in memory that is used again (`readIntoShared` tells why).
 */
export function openTransport(
  { host, port, name = host }: { readonly host: string; readonly port: number; readonly name?: string | undefined },
  material: TlsMaterial | undefined,
  connected: () => void,
  take: (bytes: Buffer) => void,
): Socket {
  if (material === undefined) {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const callback = (length: number): boolean => {
      take(buffer.subarray(0, length));
      return true;
    };
    const socket = connectPlain({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000, onread: { buffer, callback } });
    socket.on('connect', connected);
    return socket;
  }
  const { ca, certificate, key, onPeer } = material;
  const socket = connectTls({
    ...TLS_PROFILE,
    host,
    port,
    // RFC 6066: a name, never an address
    ...(isIP(name) === 0 ? { servername: name } : {}),
    rejectUnauthorized: true,
    checkServerIdentity: (_host, presented) => checkServerIdentity(name, presented),
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  });
  socket.on('data', take);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);
  socket.on('secureConnect', () => {
    onPeer?.(Date.parse(socket.getPeerCertificate().valid_to));
    connected();
  });
  return socket;
}

const trust = 'its certificate does not lead to an authority that is trusted here: add the authority that signed it, or check that this is the right server';

const WORDS: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: trust,
  UNABLE_TO_GET_ISSUER_CERT: trust,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: trust,
  SELF_SIGNED_CERT_IN_CHAIN: trust,
  DEPTH_ZERO_SELF_SIGNED_CERT: trust,
  CERT_HAS_EXPIRED: 'its certificate, or that of an authority above it, has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is the clock of this computer right?',
  CERT_REVOKED: 'its certificate was revoked',
  INVALID_PURPOSE: 'its certificate is not made for a server',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is made out to another name: call it by the name in the certificate, or check that this is the right server',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port; it is not called without TLS instead',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS on this port; it is not called without TLS instead',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it offers only versions of TLS below 1.2',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it offers only versions of TLS below 1.2',
  ERR_SSL_NO_SHARED_CIPHER: 'there is no cipher suite that both sides allow',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'it refused the handshake: it may want a certificate of ours, or other cipher suites',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust the authority that signed our certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'it does not accept our certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'our certificate has expired',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it wants a certificate of ours, and there is none',
};

/** Names of a certificate as they are told: a peer's own text. */
const NAMES_CHARACTERS = 120;

/** Why TLS could not be had, for the user; undefined: the fault is not one of TLS. */
export function tlsWords(error: NodeJS.ErrnoException & { readonly cert?: { readonly subjectaltname?: unknown } }): string | undefined {
  const { code } = error;
  if (code === undefined) return undefined;
  const names = error.cert?.subjectaltname;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' && typeof names === 'string') {
    const told = names
      .replaceAll(/(DNS|IP Address):/g, '')
      .replaceAll(/[^\x20-\x7e]/g, '?')
      .slice(0, NAMES_CHARACTERS);
    return `its certificate is made out to another name (${told}): call it by that, say so as the name in its certificate, or check that this is the right server`;
  }
  return WORDS[code] ?? (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO' ? `TLS failed (${code})` : undefined);
}
