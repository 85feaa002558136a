import { MessageChannel } from 'node:worker_threads';
import { type Actor, CallError, type Channel, channelOfEventPort, type Handlers, inProcessChannel } from '@shared/contract';
import { type KeyImages, StudyUid } from '@shared/domain';
import type { RawPort } from './wire-checks';

export const someone: Actor = { user: 'tester', roles: ['radiologist'] };

/** The transports that the suite runs over in plain Node. */
export const transports: readonly { readonly name: string; open(): [Channel, Channel] }[] = [
  { name: 'an in-process channel', open: inProcessChannel },
  {
    name: 'ports of worker_threads',
    open() {
      const { port1, port2 } = new MessageChannel();
      return [channelOfEventPort(port1), channelOfEventPort(port2)];
    },
  },
];

const absent = (): never => {
  throw new CallError('notFound', 'not here');
};

function noKeyImages(StudyInstanceUID: StudyUid): KeyImages {
  return { StudyInstanceUID, version: 0, marks: [], canUndo: false, canRedo: false, notes: [], nodes: [] };
}

/** Services with nothing in them: every call answers, nothing is found. */
export function emptyServices(overrides: Partial<Handlers<'services'>> = {}): Handlers<'services'> {
  return {
    'study.search': () => ({ rows: [], matching: 0, all: 0, remote: 0, gone: [] }),
    'study.get': absent,
    'study.open': absent,
    'study.look': absent,
    'study.opened': absent,
    'image.luts': absent,
    'image.viewed': () => ({}),
    'presentation.list': () => ({ states: [], problems: [] }),
    'presentation.get': absent,
    'image.thumbnail': absent,
    'object.header': absent,
    'object.headerText': absent,
    'object.report': absent,
    'object.waveform': absent,
    'object.samples': absent,
    'object.part': absent,
    'object.partBytes': absent,
    'job.refusedFile': absent,
    'study.setState': absent,
    'priors.find': () => ({ studies: [] }),
    'node.status': () => ({ aeTitle: 'TEST', host: '127.0.0.1', port: 104, listening: true, addresses: ['127.0.0.1'], associations: 0 }),
    'node.senders': () => ({ accepted: [], refused: [], acceptUnknownSopClasses: false }),
    'node.allowSender': () => ({ accepted: [] }),
    'node.forgetSender': () => ({ accepted: [] }),
    'node.acceptUnknownSopClasses': ({ accept }) => ({ acceptUnknownSopClasses: accept }),
    'node.echo': () => ({ ok: true, words: 'answered', elapsedMs: 1 }),
    'node.list': () => ({ nodes: [] }),
    'node.save': () => ({ nodes: [] }),
    'node.remove': () => ({ nodes: [] }),
    'node.test': () => ({ outcome: 'unreachable', words: 'nothing listens there', elapsedMs: 1, offers: [], storageClasses: 0, storageClassesProposed: 0 }),
    'archive.search': absent,
    'archive.cancelSearch': () => ({}),
    'archive.series': absent,
    'tls.status': absent,
    'tls.keepKey': absent,
    'tls.forgetKey': absent,
    'archive.signIn': absent,
    'archive.signOut': absent,
    'archive.setSecret': absent,
    'secrets.status': () => ({ keptIn: 'file', words: 'in a file' }),
    'study.deletePlan': () => ({ studies: [] }),
    'study.delete': absent,
    'outage.status': () => ({ archives: [] }),
    'outage.samples': () => ({ archives: [] }),
    'outage.tryNow': absent,
    'outageSet.get': () => ({ set: { plan: { rules: [] }, studies: [], scheduled: [], problems: [] } }),
    'outageSet.plan': absent,
    'outageSet.run': absent,
    'reconcile.history': absent,
    'reconcile.counts': absent,
    'reconcile.opened': absent,
    'reconcile.list': () => ({ runs: [] }),
    'reconcile.compare': absent,
    'reconcile.choose': absent,
    'reconcile.apply': absent,
    'transfer.retrieve': absent,
    'transfer.send': absent,
    'outbox.list': () => ({ items: [], matching: 0, counts: { waiting: 0, sending: 0, sent: 0, committed: 0, proven: 0, failed: 0, cancelled: 0 } }),
    'outbox.item': absent,
    'outbox.retry': absent,
    'outbox.cancel': absent,
    'outbox.hold': absent,
    'outbox.release': absent,
    'outbox.retryNode': absent,
    'outbox.export': absent,
    'archive.states': () => ({ archives: [] }),
    'eviction.preview': absent,
    'eviction.run': absent,
    'study.keeping': () => ({}),
    'study.pin': absent,
    'study.legalHold': absent,
    'keyImages.get': ({ StudyInstanceUID }) => ({ keyImages: noKeyImages(StudyInstanceUID) }),
    'keyImages.mark': absent,
    'keyImages.undo': ({ StudyInstanceUID }) => ({ keyImages: noKeyImages(StudyInstanceUID) }),
    'keyImages.redo': absent,
    'keyImages.finish': () => {
      throw new CallError('badRequest', 'no image is marked as key image');
    },
    'station.status': absent,
    'station.health': absent,
    'study.objects': absent,
    'verify.start': absent,
    'verify.result': () => ({}),
    'station.quit': absent,
    'cache.status': () => ({
      objects: 0,
      studies: 0,
      sizeBytes: 0,
      diskFreeBytes: 1,
      diskTotalBytes: 1,
      quarantined: 0,
      quarantinedBytes: 0,
      full: false,
      notices: [],
    }),
    'quarantine.list': () => ({ items: [] }),
    'index.rebuild': absent,
    'import.start': absent,
    'demo.start': absent,
    'job.list': () => ({ jobs: [] }),
    'job.cancel': absent,
    'job.pause': absent,
    'job.resume': absent,
    'job.retry': absent,
    'job.markRead': () => ({}),
    'monitor.connected': () => ({ monitors: [] }),
    'meter.list': () => ({ meters: [] }),
    'meter.read': absent,
    'display.record': () => ({ object: new Uint8Array(0) }),
    'display.override': () => ({}),
    'settings.get': () => ({ value: {} }),
    'settings.set': () => ({}),
    ...overrides,
  };
}

export function rawPortOf(channel: Channel): RawPort {
  const replies = new Map<number, unknown>();
  const waiting = new Map<number, (reply: unknown) => void>();
  channel.onMessage((message) => {
    if (typeof message !== 'object' || message === null || !('id' in message) || typeof message.id !== 'number') return;
    const waiter = waiting.get(message.id);
    if (waiter === undefined) replies.set(message.id, message);
    else waiter(message);
  });
  return {
    post: (message) => channel.post(message),
    replyTo: (id) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no reply to ${id}`)), 5000);
        const settle = (reply: unknown): void => {
          clearTimeout(timer);
          resolve(reply);
        };
        if (replies.has(id)) settle(replies.get(id));
        else waiting.set(id, settle);
      }),
  };
}

export const someStudy = StudyUid.parse('1.2.3');
