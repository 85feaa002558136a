import type { ArchivePool, ArchiveSearches, FoundStudies, NodeList, NodeProbes } from '../archive';
import type { KeyImages } from '../authoring';
import type { Cache } from '../cache';
import type { ArchiveAccesses } from '../dicomweb';
import type { DicomNode } from '../dimse';
import type { Tls } from '../create-tls';
import type { HealthCounts } from '../health';
import type { HostEnvironment } from '../host-environment';
import type { Index } from '../index';
import type { StudyTransfers } from '../keeping';
import type { SecretStore } from '../secrets';
import type { Settings } from '../settings';
import type { Archiving } from '../archiving';
import type { ArchiveWatch, AtOpening, Jobs, OutageSets, Reconcile } from '../sync';
import type { Thumbnails } from '../thumbnails';
import type { SenderList } from './sender-list';

/** What the handlers work with. */
export interface ServiceParts {
  readonly env: HostEnvironment;
  readonly index: Index;
  readonly cache: Cache;
  readonly node: DicomNode;
  readonly senders: SenderList;
  readonly nodes: NodeList;
  readonly searches: ArchiveSearches;
  readonly found: FoundStudies;
  readonly watch: ArchiveWatch;
  readonly reconcile: Reconcile;
  readonly atOpening: Pick<AtOpening, 'opened'>;
  readonly probes: Pick<NodeProbes, 'look'>;
  readonly outageSets: OutageSets;
  readonly pool: ArchivePool;
  readonly accesses: ArchiveAccesses;
  readonly secrets: SecretStore;
  readonly tls: Tls;
  readonly health: HealthCounts;
  readonly settings: Settings;
  readonly jobs: Jobs;
  readonly archiving: Archiving;
  readonly thumbnails: Thumbnails;
  readonly keyImages: KeyImages;
  readonly transfers: StudyTransfers;
  /** Ends the program in order. */
  quit(): void;
}
