import type { LogLine, RemoteNode, TlsSettings } from '@shared/domain';
import type { Logger } from './logging/logger';
import type { FileLayer } from './cache/file-layer';
import type { KeyProvider } from './secrets';

/** Wall and monotonic time; a test brings its own. */
export interface Clock {
  /** Milliseconds since the epoch: for what people read. */
  now(): number;
  /** Milliseconds from an arbitrary start, never going back: for every timer and age. */
  monotonic(): number;
}

/** What the services are told by the one who starts them: main by message, tests and commands directly. */
export interface ServicesOptions {
  readonly dataDir: string;
  readonly aeTitle: string;
  readonly dicomHost: string;
  /** 0 = any free port. */
  readonly dicomPort: number;
  /** For this run only, from `--accept AET@HOST`. */
  readonly accept: readonly { readonly aeTitle: string; readonly host: string }[];
  /** Who may query and retrieve what is here, for this run only, from `--allow-query AET@HOST`. */
  readonly allowQuery?: readonly { readonly aeTitle: string; readonly host: string }[] | undefined;
  /** For this run only, from `--archive NAME=AET@HOST:PORT`. */
  readonly archives?: readonly RemoteNode[] | undefined;
  /** For this run only, in the place of what the settings say. */
  readonly tls?: TlsSettings | undefined;
  /** Secrets of archives reached by DICOMweb, from `--archive-token NAME=FILE`. */
  readonly archiveTokens?: readonly { readonly name: string; readonly file: string }[] | undefined;
  /** Make the demo studies when the cache is empty. */
  readonly demo: boolean;
  /** Make the index anew from the objects' files, as a job at start. */
  readonly rebuildIndex?: boolean;
  /** `demoArchive`: makes the whole demo set and gives it out; absent: the workstation. */
  readonly role?: 'station' | 'demoArchive' | undefined;
  /** Day (DA) of the newest demo study; absent: today. */
  readonly demoDay?: string | undefined;
  /** Folder of the bundled worker scripts (`dist/services`). */
  readonly workersDir: string;
}

export interface HostEnvironment {
  readonly options: ServicesOptions;
  readonly clock: Clock;
  readonly files: FileLayer;
  readonly log: Logger;
  /** The newest lines of the log, newest first; absent: nobody keeps them. */
  readonly recentLog?: () => LogLine[];
  /** The key ring of the system, where somebody can reach it; absent: secrets stand in files for this user alone. */
  readonly keys?: KeyProvider;
  /** The Authorization header for an archive reached by DICOMweb, from the key provider (reliability 5.3); absent: none is sent. */
  readonly authorization?: (node: string, signal: AbortSignal) => Promise<string | undefined>;
}
