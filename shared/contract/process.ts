import { z } from 'zod';
import { NodeStatus, RemoteNode, TlsSettings } from '../domain';
import { Actor } from './actor';

/** What the services are told at their start; the same facts as `ServicesOptions` in electron/services/host-environment.ts. */
export const StartOptions = z.object({
  dataDir: z.string().min(1),
  aeTitle: z.string().min(1).max(16),
  dicomHost: z.string().min(1),
  dicomPort: z.int().min(0).max(65535),
  accept: z.array(z.object({ aeTitle: z.string().min(1).max(16), host: z.string().min(1).max(255) })),
  allowQuery: z.array(z.object({ aeTitle: z.string().min(1).max(16), host: z.string().min(1).max(255) })).optional(),
  archives: z.array(RemoteNode).optional(),
  /** Files with the secrets of archives: never the secrets themselves. */
  archiveTokens: z.array(z.object({ name: z.string().min(1).max(64), file: z.string().min(1).max(4096) })).optional(),
  tls: TlsSettings.optional(),
  demo: z.boolean(),
  rebuildIndex: z.boolean(),
  /** `demoArchive`: these services are the archive of the demo studies, beside the workstation's own. */
  role: z.enum(['station', 'demoArchive']).optional(),
  /** Day (DA) of the newest demo study; absent: today. */
  demoDay: z
    .string()
    .regex(/^\d{8}$/)
    .optional(),
  workersDir: z.string().min(1),
});
export type StartOptions = z.infer<typeof StartOptions>;

/** Main to its services process. `port` comes with exactly one message port; the actor is bound here and nowhere else. */
export const ToServices = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), options: StartOptions }),
  z.object({ kind: z.literal('port'), port: z.enum(['contract', 'pixel']), actor: Actor }),
  /**
   * The other services of this program: the demo archive to the workstation, the workstation to its demo archive; none: it is gone.
   * `addresses` are where its associations may come from.
   */
  z.object({ kind: z.literal('companion'), node: RemoteNode.optional(), addresses: z.array(z.string().min(1).max(255)).max(4) }),
  /** The answer to `keyWanted`: the key of this station in base64 where a key ring of the system keeps it, otherwise why there is none, in words. */
  z.object({ kind: z.literal('key'), ring: z.enum(['ring', 'none', 'locked']), key: z.string().max(64).optional(), words: z.string().max(2000) }),
  z.object({ kind: z.literal('stop') }),
]);
export type ToServices = z.infer<typeof ToServices>;

/** The services process to main. */
export const FromServices = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), node: NodeStatus }),
  /** Cannot start, in words: what happened and what to do. A restart would not help (another program holds the data folder, ...). */
  z.object({ kind: z.literal('failed'), message: z.string(), permanent: z.boolean() }),
  /** The demo studies of this day (DA) are made here: their archive is wanted. */
  z.object({ kind: z.literal('demoMade'), day: z.string().regex(/^\d{8}$/) }),
  /** The user took the demo archive off the list of nodes. */
  z.object({ kind: z.literal('demoUnwanted') }),
  /** A script wants the program to end. */
  z.object({ kind: z.literal('quit') }),
  /** The key of this station is needed for the first time. */
  z.object({ kind: z.literal('keyWanted') }),
  /** A person is to sign in there: https, or this computer itself. */
  z.object({ kind: z.literal('openBrowser'), url: z.string().max(8000) }),
  z.object({ kind: z.literal('stopped') }),
]);
export type FromServices = z.infer<typeof FromServices>;
