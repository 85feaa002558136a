const trust = 'its certificate does not lead to an authority that is trusted here: add the authority that signed it, or check that this is the right server';
const noTls = 'it does not speak TLS on this port; it is not called without TLS instead';
const oldTls = 'it offers only versions of TLS below 1.2';

/** By the code of the error: what was found on our side. */
const FOUND_HERE: Readonly<Record<string, string>> = {
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
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_HTTP_REQUEST: noTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: oldTls,
  ERR_SSL_VERSION_TOO_LOW: oldTls,
  ERR_SSL_NO_SHARED_CIPHER: 'there is no cipher suite that both sides allow',
};

/** By the name of the alert (RFC 8446 6.2): what the peer said before it ended. */
const SAID_BY_PEER: Readonly<Record<string, string>> = {
  PROTOCOL_VERSION: oldTls,
  HANDSHAKE_FAILURE: 'it refused the handshake: it may want a certificate of ours, or other cipher suites',
  INSUFFICIENT_SECURITY: 'it wants cipher suites that are not allowed here',
  UNKNOWN_CA: 'it does not trust the authority that signed our certificate',
  BAD_CERTIFICATE: 'it does not accept our certificate',
  UNSUPPORTED_CERTIFICATE: 'it does not accept certificates of the kind of ours',
  CERTIFICATE_REVOKED: 'our certificate was revoked',
  CERTIFICATE_EXPIRED: 'our certificate has expired',
  CERTIFICATE_UNKNOWN: 'it does not accept our certificate',
  CERTIFICATE_REQUIRED: 'it wants a certificate of ours, and there is none',
  NO_CERTIFICATE: 'it wants a certificate of ours, and there is none',
  ACCESS_DENIED: 'it knows our certificate and does not let this station in',
  DECRYPT_ERROR: 'it could not verify our signature: do our certificate and our key belong together?',
  UNRECOGNIZED_NAME: 'it does not know the name by which it was called: look at the name in its certificate',
  INTERNAL_ERROR: 'it ended TLS for a fault of its own',
};

/**
 * How libraries spell an alert in the code of an error: OpenSSL by the version of the protocol that brought it (`SSLV3`, `TLSV1`, `TLSV13`; `SSL/TLS` since 3.2), BoringSSL, which
 * Electron has, `TLSV1` for those of TLS 1.3 too.
 */
const ALERT = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_ALERT_([A-Z0-9_]+)$/;

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
  const said = SAID_BY_PEER[ALERT.exec(code)?.[1] ?? ''];
  return FOUND_HERE[code] ?? said ?? (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO' ? `TLS failed (${code})` : undefined);
}
