import { z } from 'zod';

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
