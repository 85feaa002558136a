import { z } from 'zod';
import {
  AcceptedSender,
  CacheStatus,
  ContentCheck,
  ImageLuts,
  InstanceId,
  Job,
  JobId,
  KnownNode,
  NodeStatus,
  NodeTest,
  OpenedStudy,
  PatientKey,
  QuarantineItem,
  RefusedSender,
  RemoteNode,
  SeriesRow,
  StudyFilter,
  StudyKeeping,
  StudyRow,
  StudySortKey,
  StudyUid,
  ViewedCounts,
} from '../domain';
import { anyone, type CallShape, changers, nothing } from './call-shape';
import { archiveCalls } from './archive-calls';
import { deleteCalls } from './delete-calls';
import { keepingCalls } from './keeping-calls';
import { keyImageCalls } from './key-image-calls';
import { monitorCalls } from './monitor-calls';
import { objectCalls } from './object-calls';
import { outageCalls } from './outage-calls';
import { outageSetCalls } from './outage-set-calls';
import { reconcileCalls } from './reconcile-calls';
import { outboxCalls } from './outbox-calls';
import { pictureCalls } from './picture-calls';
import { placeCalls } from './place-calls';
import { stationCalls } from './station-calls';
import { tlsCalls } from './tls-calls';

/** Facts about the running program; `developmentRuntime` puts the permanent line on screen. */
export const AppInfo = z.object({
  app: z.string(),
  electron: z.string(),
  chromium: z.string(),
  node: z.string(),
  dataDir: z.string(),
  developmentRuntime: z.boolean(),
  platform: z.string(),
  locale: z.string(),
  /** Studies that the command line asked to open, known once their import is done. */
  openPaths: z.boolean(),
  screenshot: z.boolean(),
  /** Physical memory of the machine: what the page may hold of images is a share of it. */
  memoryBytes: z.number().min(0),
});
export type AppInfo = z.infer<typeof AppInfo>;

/** A settings document: schema-checked and versioned by the services; `value` is checked again by the one who reads it. */
export const SettingsName = z.enum([
  'preferences',
  'senders',
  'worklist',
  'session',
  'displays',
  'nodes',
  'eviction',
  'comparison',
  'outageSet',
  'routing',
  'tls',
  'archiveFacts',
]);
export type SettingsName = z.infer<typeof SettingsName>;

/** Every call of the program. A new one is one entry here and one handler. */
export const calls = {
  'study.search': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({
      filter: StudyFilter,
      sort: z.object({ key: StudySortKey, descending: z.boolean() }),
      offset: z.int().min(0),
      limit: z.int().min(1).max(2000),
      /** Searches at archives whose rows stand in this list too, each study once. */
      searches: z.array(z.string().max(64)).max(400).optional(),
    }),
    /** `remote`: how many of the matching ones are only at archives. `gone`: those of the searches that are not known any more: their rows are not in the list. */
    response: z.object({ rows: z.array(StudyRow), matching: z.int(), all: z.int(), remote: z.int().default(0), gone: z.array(z.string()).default([]) }),
  },
  'study.get': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({ StudyInstanceUID: StudyUid }),
    response: z.object({
      study: StudyRow,
      series: z.array(SeriesRow),
      viewed: ViewedCounts.optional(),
      /** Who pinned it or put it on legal hold, when, and why. */
      keeping: StudyKeeping.optional(),
      /** Of each archive that has it: how much is known of the content there. */
      contents: z.array(ContentCheck),
    }),
  },
  /** These frames stood on the screen. Kept beside the index; telling it twice changes nothing. */
  'image.viewed': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({
      images: z
        .array(z.object({ instanceId: InstanceId, frameNumbers: z.array(z.int().min(1)).min(1).max(10_000) }))
        .min(1)
        .max(2000),
    }),
    response: nothing,
  },
  'study.open': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({ StudyInstanceUID: StudyUid }),
    response: OpenedStudy,
  },
  /** The same for a study that somebody rests on in a list: not opened yet, so neither the trail nor the order of what leaves the cache first says that it was. */
  'study.look': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({ StudyInstanceUID: StudyUid }),
    response: OpenedStudy,
  },
  /** A study that was looked at has been opened. Answers its priors of now: others may be here than when it was looked at, and nothing tells that of the study itself. */
  'study.opened': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({ StudyInstanceUID: StudyUid }),
    response: OpenedStudy.pick({ priors: true }),
  },
  /** Modality and VOI LUTs of one image, read from the object itself: asked for only where `ImageFrame.luts` says that there are some. */
  'image.luts': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({ instanceId: InstanceId }),
    response: ImageLuts,
  },
  'study.setState': {
    servedBy: 'services',
    roles: changers,
    request: z.object({ StudyInstanceUID: StudyUid, state: z.enum(['unread', 'reading', 'done']) }),
    response: z.object({ study: StudyRow }),
  },
  'priors.find': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({ patientKey: PatientKey }),
    response: z.object({ studies: z.array(StudyRow) }),
  },
  'node.status': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: NodeStatus },
  'node.senders': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: nothing,
    response: z.object({
      accepted: z.array(AcceptedSender),
      refused: z.array(RefusedSender),
      /** Objects of SOP classes outside the standard's table are taken too. */
      acceptUnknownSopClasses: z.boolean().default(false),
    }),
  },
  'node.allowSender': {
    servedBy: 'services',
    roles: changers,
    request: z.object({ aeTitle: z.string().min(1).max(16), host: z.string().min(1).max(255) }),
    response: z.object({ accepted: z.array(AcceptedSender) }),
  },
  'node.forgetSender': {
    servedBy: 'services',
    roles: changers,
    request: z.object({ aeTitle: z.string().min(1).max(16), host: z.string().min(1).max(255) }),
    response: z.object({ accepted: z.array(AcceptedSender) }),
  },
  'node.acceptUnknownSopClasses': {
    servedBy: 'services',
    roles: changers,
    request: z.object({ accept: z.boolean() }),
    response: z.object({ acceptUnknownSopClasses: z.boolean() }),
  },
  'node.echo': {
    servedBy: 'services',
    roles: changers,
    timeoutMs: 40_000,
    request: z.object({ aeTitle: z.string().min(1).max(16), host: z.string().min(1).max(255), port: z.int().min(1).max(65535) }),
    response: z.object({ ok: z.boolean(), words: z.string(), elapsedMs: z.number() }),
  },
  'node.list': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: z.object({ nodes: z.array(KnownNode) }) },
  'node.save': {
    servedBy: 'services',
    roles: changers,
    /** `replaces`: the name of the entry that this one takes the place of. */
    request: z.object({ node: RemoteNode, replaces: z.string().max(64).optional() }),
    response: z.object({ nodes: z.array(KnownNode) }),
  },
  'node.remove': {
    servedBy: 'services',
    roles: changers,
    request: z.object({ name: z.string().min(1).max(64) }),
    response: z.object({ nodes: z.array(KnownNode) }),
  },
  /** Asks for an association with everything proposed, then C-ECHO; need not be a saved node. */
  'node.test': {
    servedBy: 'services',
    roles: changers,
    timeoutMs: 60_000,
    request: RemoteNode.pick({ aeTitle: true, host: true, port: true, url: true, tls: true, tlsName: true, dimse: true }).extend({
      name: z.string().max(64).optional(),
    }),
    response: NodeTest,
  },
  ...archiveCalls,
  ...deleteCalls,
  ...monitorCalls,
  ...objectCalls,
  ...outageCalls,
  ...reconcileCalls,
  ...outageSetCalls,
  ...outboxCalls,
  ...keepingCalls,
  ...keyImageCalls,
  ...stationCalls,
  ...tlsCalls,
  ...pictureCalls,
  ...placeCalls,
  'cache.status': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: CacheStatus },
  'quarantine.list': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: z.object({ items: z.array(QuarantineItem) }) },
  'index.rebuild': { servedBy: 'services', roles: changers, request: nothing, response: z.object({ jobId: JobId }) },
  'import.start': {
    servedBy: 'services',
    roles: changers,
    /** Absolute paths of files or folders that the user chose (dialog, drop, command line). Read only, never changed. */
    request: z.object({ paths: z.array(z.string().min(1).max(4096)).min(1).max(10_000) }),
    response: z.object({ jobId: JobId }),
  },
  'demo.start': { servedBy: 'services', roles: changers, request: nothing, response: z.object({ jobId: JobId }) },
  'job.list': { servedBy: 'services', roles: anyone, idempotent: true, request: nothing, response: z.object({ jobs: z.array(Job) }) },
  'job.cancel': { servedBy: 'services', roles: changers, request: z.object({ jobId: JobId }), response: nothing },
  'job.pause': { servedBy: 'services', roles: changers, request: z.object({ jobId: JobId }), response: nothing },
  /** Goes on with a paused one. */
  'job.resume': { servedBy: 'services', roles: changers, request: z.object({ jobId: JobId }), response: nothing },
  /** Runs an ended one again for what did not come or was not sent. */
  'job.retry': { servedBy: 'services', roles: changers, request: z.object({ jobId: JobId }), response: nothing },
  /** Ended ones that somebody has seen: they stay in the history. */
  'job.markRead': { servedBy: 'services', roles: changers, request: z.object({ jobIds: z.array(JobId).min(1).max(500) }), response: nothing },
  'settings.get': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    request: z.object({ name: SettingsName }),
    response: z.object({ value: z.unknown(), notice: z.string().optional() }),
  },
  'settings.set': { servedBy: 'services', roles: changers, request: z.object({ name: SettingsName, value: z.unknown() }), response: nothing },

  'app.info': { servedBy: 'main', roles: anyone, request: nothing, response: AppInfo },
  /** The first view stands on the glass (or why it cannot): what `--screenshot` waits for. */
  'app.painted': {
    servedBy: 'main',
    roles: anyone,
    request: z.object({ view: z.enum(['worklist', 'viewer']), problem: z.string().max(2000).optional() }),
    response: nothing,
  },
  'dialog.choosePaths': {
    servedBy: 'main',
    roles: anyone,
    timeoutMs: 0,
    request: z.object({ kind: z.enum(['files', 'folder']) }),
    response: z.object({ paths: z.array(z.string()) }),
  },
  /** Asks where to, then writes the whole file or nothing. `name` is what the dialog proposes. */
  'dialog.saveFile': {
    servedBy: 'main',
    roles: anyone,
    timeoutMs: 0,
    request: z.object({
      name: z.string().regex(/^[\w][\w. -]{0,118}\.(json|csv|png|pdf|html|dcm)$/),
      content: z.union([z.string().max(20_000_000), z.instanceof(Uint8Array<ArrayBuffer>).refine((bytes) => bytes.length <= 500_000_000)]),
    }),
    /** Undefined: the user chose no place. */
    response: z.object({ path: z.string().optional() }),
  },
  'shell.copyText': { servedBy: 'main', roles: anyone, request: z.object({ text: z.string().max(100_000) }), response: nothing },
} as const satisfies Record<string, CallShape>;

export type CallName = keyof typeof calls;
export type CallRequest<N extends CallName> = z.input<(typeof calls)[N]['request']>;
export type CallResponse<N extends CallName> = z.output<(typeof calls)[N]['response']>;
export type ParsedRequest<N extends CallName> = z.output<(typeof calls)[N]['request']>;
export type ServedBy<S extends 'services' | 'main'> = { [N in CallName]: (typeof calls)[N]['servedBy'] extends S ? N : never }[CallName];

/** What a call waits for at most when it names nothing else. 0 = as long as the user takes. */
export const DEFAULT_TIMEOUT_MS = 15_000;

/** True when a call may be asked again after its answer was lost. */
export function isIdempotent(name: CallName): boolean {
  const shape: CallShape = calls[name];
  return shape.idempotent === true;
}

export function servedBy(name: CallName): 'services' | 'main' {
  return calls[name].servedBy;
}

/** The time-out that a call has of its own, in milliseconds; 0 = none. */
export function timeoutOf(name: CallName): number {
  const shape: CallShape = calls[name];
  return shape.timeoutMs ?? DEFAULT_TIMEOUT_MS;
}
