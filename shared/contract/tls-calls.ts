import { z } from 'zod';
import { TlsStatus } from '../domain';
import { anyone, type CallShape, changers, nothing } from './call-shape';

/** Certificates and key for TLS. Their files and the port are the settings document `tls`. */
export const tlsCalls = {
  'tls.status': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: TlsStatus },
  /** Takes the key in this file into the store of this station; the file is then not read any more. Fails with `badRequest` in words. */
  'tls.keepKey': {
    servedBy: 'services',
    roles: changers,
    request: z.object({ file: z.string().min(1).max(4096), passphrase: z.string().max(1000).optional() }),
    response: nothing,
  },
  'tls.forgetKey': { servedBy: 'services', roles: changers, request: nothing, response: nothing },
} as const satisfies Record<string, CallShape>;
