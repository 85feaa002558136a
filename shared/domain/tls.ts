import { z } from 'zod';
import { SecretsStatus } from './archive-access';

const File = z.string().trim().min(1).max(4096);

/** Where TLS finds what it needs: PEM files of this computer, read at each connection. The key stays in its file and is never copied. */
export const TlsSettings = z.object({
  /** Certificates of the authorities that are trusted; absent: those of the runtime. */
  caFile: File.optional(),
  /** The certificate of this station, with the chain above it. */
  certificateFile: File.optional(),
  keyFile: File.optional(),
  /** Port for TLS alone (2762 is the registered one); absent: nothing listens with TLS. */
  port: z.int().min(0).max(65535).optional(),
  /** Whether callers need a certificate of a trusted authority; absent: they do. */
  clients: z.enum(['required', 'anonymous']).optional(),
});
export type TlsSettings = z.infer<typeof TlsSettings>;

/** One certificate, as people need to know it. */
export const CertificateFacts = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** Host names and addresses that it is made out to. */
  names: z.array(z.string()),
  until: z.string(),
  /** Whole days that are left; negative: it has expired. */
  days: z.int(),
  state: z.enum(['valid', 'soon', 'expired', 'notYet']),
});
export type CertificateFacts = z.infer<typeof CertificateFacts>;

export const TlsStatus = z.object({
  certificate: CertificateFacts.optional(),
  authorities: z.array(CertificateFacts),
  /** `store`: among the secrets of this station. `fits`: whether it belongs to the certificate, where both are there. */
  key: z.object({ where: z.enum(['none', 'file', 'store']), fits: z.boolean().optional() }),
  /** In words. */
  problems: z.array(z.string()),
  secrets: SecretsStatus,
});
export type TlsStatus = z.infer<typeof TlsStatus>;
