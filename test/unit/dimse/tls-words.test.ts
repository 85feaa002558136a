import { describe, expect, it } from 'vitest';
import { tlsWords } from '../../../electron/services/dimse/tls/words';

const wordsOf = (code: string, more: object = {}): string | undefined => tlsWords(Object.assign(new Error('as the library says it'), { code, ...more }));

describe('why TLS could not be had', () => {
  // OpenSSL before 3.2, OpenSSL since, BoringSSL
  it.each([
    ['wants a certificate of ours', ['TLSV13_ALERT_CERTIFICATE_REQUIRED', 'TLSV1_ALERT_CERTIFICATE_REQUIRED']],
    ['does not trust the authority', ['TLSV1_ALERT_UNKNOWN_CA', 'SSL/TLS_ALERT_UNKNOWN_CA']],
    ['does not accept our certificate', ['SSLV3_ALERT_BAD_CERTIFICATE', 'SSL/TLS_ALERT_BAD_CERTIFICATE', 'TLSV1_ALERT_BAD_CERTIFICATE']],
    ['does not accept our certificate', ['SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'SSL/TLS_ALERT_CERTIFICATE_UNKNOWN']],
    ['our certificate has expired', ['SSLV3_ALERT_CERTIFICATE_EXPIRED', 'SSL/TLS_ALERT_CERTIFICATE_EXPIRED']],
    ['our certificate was revoked', ['SSLV3_ALERT_CERTIFICATE_REVOKED', 'SSL/TLS_ALERT_CERTIFICATE_REVOKED']],
    ['it refused the handshake', ['SSLV3_ALERT_HANDSHAKE_FAILURE', 'SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'TLSV1_ALERT_HANDSHAKE_FAILURE']],
    ['versions of TLS below 1.2', ['TLSV1_ALERT_PROTOCOL_VERSION', 'UNSUPPORTED_PROTOCOL']],
    ['belong together', ['TLSV1_ALERT_DECRYPT_ERROR']],
    ['does not let this station in', ['TLSV1_ALERT_ACCESS_DENIED']],
  ])('is said alike however the library spells it: %s', (words, spellings) => {
    for (const spelling of spellings) expect(wordsOf(`ERR_SSL_${spelling}`), spelling).toContain(words);
  });

  it.each(['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT'])(
    'names the authority that is not trusted: %s',
    (code) => expect(wordsOf(code)).toContain('does not lead to an authority that is trusted here'),
  );

  it('names what stands in a certificate of another name, without control characters', () => {
    const told = wordsOf('ERR_TLS_CERT_ALTNAME_INVALID', { cert: { subjectaltname: 'DNS:pacs.hospital, IP Address:10.0.0.7\u001b[31m' } });
    expect(told).toContain('(pacs.hospital, 10.0.0.7?[31m)');
  });

  it('gives the code of a fault of TLS that it does not know, and leaves the others to those who know them', () => {
    expect(wordsOf('ERR_SSL_TLSV1_ALERT_OF_THE_FUTURE')).toBe('TLS failed (ERR_SSL_TLSV1_ALERT_OF_THE_FUTURE)');
    expect(wordsOf('EPROTO')).toBe('TLS failed (EPROTO)');
    for (const code of ['ECONNREFUSED', 'ETIMEDOUT', 'EPIPE']) expect(wordsOf(code)).toBeUndefined();
  });
});
