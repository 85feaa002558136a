import type { SettingsName } from '@shared/contract';
import {
  AcceptedSender,
  ArchiveFacts,
  ComparisonPolicy,
  DEFAULT_COMPARISON,
  DisplaySettings,
  DEFAULT_EVICTION,
  EvictionPolicy,
  Preferences,
  OutageSet,
  RemoteNode,
  RoutingRules,
  TlsSettings,
} from '@shared/domain';
import { z } from 'zod';

/** Raises a value by one version; the result is checked by the schema afterwards. */
type Migration = (value: unknown) => unknown;

export interface DocumentShape {
  readonly version: number;
  readonly schema: z.ZodType;
  readonly initial: unknown;
  /** `migrations[n]` lifts version n to n + 1. */
  readonly migrations: Readonly<Record<number, Migration>>;
  /** What the user reads when the document had to be set aside. */
  readonly words: string;
  /** Keys that the services alone write: what a page says of them is not taken, it would be older than what stands. */
  readonly ofServices?: readonly string[];
}

const looseDocument = z.record(z.string().max(200), z.json());

/** Every settings document: one table. The page's own documents are objects that the page checks again when it reads them. */
export const documents: Readonly<Record<SettingsName, DocumentShape>> = {
  preferences: { version: 1, schema: Preferences, initial: {}, migrations: {}, words: 'The preferences' },
  senders: {
    version: 1,
    schema: z.object({
      accepted: z.array(AcceptedSender.extend({ source: z.literal('settings') })).max(1000),
      /** Also objects of SOP classes that the standard's table does not have. */
      acceptUnknownSopClasses: z.boolean().optional(),
    }),
    initial: { accepted: [] },
    migrations: {},
    words: 'The list of accepted senders',
  },
  nodes: {
    version: 1,
    schema: z.object({ nodes: z.array(RemoteNode).max(500) }),
    initial: { nodes: [] },
    migrations: {},
    words: 'The list of archives and nodes',
  },
  routing: { version: 1, schema: RoutingRules, initial: { rules: [] }, migrations: {}, words: 'The routing rules' },
  outageSet: { version: 1, schema: OutageSet, initial: { plan: { rules: [] }, studies: [], problems: [] }, migrations: {}, words: 'The outage set' },
  eviction: { version: 1, schema: EvictionPolicy, initial: DEFAULT_EVICTION, migrations: {}, words: 'The limits of the cache' },
  comparison: {
    version: 1,
    schema: ComparisonPolicy,
    initial: DEFAULT_COMPARISON,
    migrations: {},
    words: 'The bound of comparisons',
    ofServices: ['spent'],
  },
  displays: { version: 1, schema: DisplaySettings, initial: { profiles: [] }, migrations: {}, words: 'The measurements of the displays' },
  archiveFacts: { version: 1, schema: ArchiveFacts, initial: { facts: [] }, migrations: {}, words: 'What was measured of archives' },
  tls: { version: 1, schema: TlsSettings, initial: {}, migrations: {}, words: 'The settings of TLS' },
  worklist: { version: 1, schema: looseDocument, initial: {}, migrations: {}, words: 'The columns and filters of the worklist' },
  session: { version: 1, schema: looseDocument, initial: {}, migrations: {}, words: 'The place where you were' },
};
