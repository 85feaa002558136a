import { z } from 'zod';

/** https, or http to this computer itself; no user, no query. */
const ServiceUrl = z
  .string()
  .trim()
  .max(2000)
  .regex(
    /^(https:\/\/[^\s/@?#]+|http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?)(\/[^\s?#]*)?$/i,
    'an https URL without user and query is expected; http is allowed to this computer only',
  );
const clientId = z.string().trim().min(1).max(500);
const scope = z.string().trim().max(2000).optional();

/** How access to an archive by DICOMweb is had. Secrets are not in it: they stand in the station's own store. */
export const ArchiveAccess = z.discriminatedUnion('kind', [
  /** OpenID Connect: a person signs in, in the browser of the system (authorization code with PKCE, RFC 7636 and RFC 8252). */
  z.object({ kind: z.literal('signIn'), issuer: ServiceUrl, clientId, scope }),
  /** OAuth 2.0 client credentials (RFC 6749 4.4): the station itself. */
  z.object({ kind: z.literal('client'), tokenUrl: ServiceUrl, clientId, scope }),
]);
export type ArchiveAccess = z.infer<typeof ArchiveAccess>;

/** How it stands with the access to an archive. */
export const AccessState = z.object({
  state: z.enum(['signedIn', 'signInNeeded', 'secretKept', 'secretNeeded']),
  /** For the user: who is signed in, until when, or what to do. */
  words: z.string(),
});
export type AccessState = z.infer<typeof AccessState>;

/** Where the key that secrets are sealed with is kept. */
export const SecretsStatus = z.object({
  keptIn: z.enum(['keyRing', 'file', 'locked']),
  words: z.string(),
});
export type SecretsStatus = z.infer<typeof SecretsStatus>;
