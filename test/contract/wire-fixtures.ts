import { type CallName, calls, type ErrorCode } from '@shared/contract';

/** A call that real services and test doubles answer alike. */
export interface GoldenCall {
  readonly behaviour: string;
  readonly name: CallName;
  readonly request: unknown;
}

export const goldenCalls: readonly GoldenCall[] = [
  { behaviour: 'answers a call without parameters', name: 'node.status', request: {} },
  { behaviour: 'ignores properties that the request does not know', name: 'node.status', request: { extra: 'x', __proto__: { admin: true } } },
  { behaviour: 'lists jobs', name: 'job.list', request: {} },
  { behaviour: 'lists the monitors of the computer', name: 'monitor.connected', request: {} },
  { behaviour: 'lists meters', name: 'meter.list', request: {} },
  { behaviour: 'marks a job as read that is gone', name: 'job.markRead', request: { jobIds: ['gone'] } },
  { behaviour: 'reads a settings document', name: 'settings.get', request: { name: 'preferences' } },
  {
    behaviour: 'searches',
    name: 'study.search',
    request: { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 10 },
  },
  {
    behaviour: 'searches with searches at archives that nobody knows',
    name: 'study.search',
    request: { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 10, searches: ['__proto__', 'gone'] },
  },
  { behaviour: 'lists presentation states where there are none', name: 'presentation.list', request: {} },
  { behaviour: 'lists an outbox with nothing in it', name: 'outbox.list', request: {} },
  { behaviour: 'lists the dead letters for a node that nobody knows', name: 'outbox.list', request: { where: 'failed', node: 'gone', offset: 0, limit: 1 } },
  { behaviour: 'says how the archives fare', name: 'archive.states', request: {} },
  { behaviour: 'says what must stay of a study that is not here', name: 'study.keeping', request: { StudyInstanceUID: '1.2.3' } },
  { behaviour: 'has no result of a comparison that never was', name: 'verify.result', request: { jobId: 'gone' } },
  { behaviour: 'says which images are marked of a study that is not here', name: 'keyImages.get', request: { StudyInstanceUID: '1.2.3' } },
  { behaviour: 'takes back an edit where there is none', name: 'keyImages.undo', request: { StudyInstanceUID: '1.2.3' } },
  { behaviour: 'says which archives answer', name: 'outage.status', request: {} },
  { behaviour: 'says what the outage set is', name: 'outageSet.get', request: {} },
  { behaviour: 'says what was compared', name: 'reconcile.list', request: {} },
  { behaviour: 'plans to delete a study that is not here', name: 'study.deletePlan', request: { studies: ['1.2.3.99999'] } },
  { behaviour: 'cancels a search that does not run', name: 'archive.cancelSearch', request: { searchId: 'gone' } },
];

export interface RefusedCall {
  readonly behaviour: string;
  readonly name: unknown;
  readonly request?: unknown;
  readonly code: ErrorCode;
}

const search = { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 10 };

/** Calls that must be answered with this error code, and change nothing. */
export const refusedCalls: readonly RefusedCall[] = [
  { behaviour: 'an unknown call', name: 'study.explode', request: {}, code: 'badRequest' },
  { behaviour: 'an empty name', name: '', request: {}, code: 'badRequest' },
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'valueOf'].map((name): RefusedCall => ({
    behaviour: `a name of Object.prototype: ${name}`,
    name,
    request: {},
    code: 'badRequest',
  })),
  { behaviour: 'a call that the other side serves', name: 'app.info', request: {}, code: 'badRequest' },
  { behaviour: 'a name of a million characters', name: 'x'.repeat(1_000_000), request: {}, code: 'badRequest' },
  { behaviour: 'a missing request', name: 'node.status', code: 'badRequest' },
  { behaviour: 'a request that is no object', name: 'node.status', request: 'now', code: 'badRequest' },
  { behaviour: 'a request that is a list', name: 'study.search', request: [search], code: 'badRequest' },
  { behaviour: 'a meter whose name is a novel', name: 'meter.read', request: { meter: 'x'.repeat(41) }, code: 'badRequest' },
  { behaviour: 'a limit of 0', name: 'study.search', request: { ...search, limit: 0 }, code: 'badRequest' },
  { behaviour: 'a limit beyond the page', name: 'study.search', request: { ...search, limit: 2001 }, code: 'badRequest' },
  { behaviour: 'a negative offset', name: 'study.search', request: { ...search, offset: -1 }, code: 'badRequest' },
  { behaviour: 'an offset that is no integer', name: 'study.search', request: { ...search, offset: 0.5 }, code: 'badRequest' },
  {
    behaviour: 'a sort key of Object.prototype',
    name: 'study.search',
    request: { ...search, sort: { key: '__proto__', descending: true } },
    code: 'badRequest',
  },
  {
    behaviour: 'a filter text of a million characters',
    name: 'study.search',
    request: { ...search, filter: { text: 'x'.repeat(1_000_000) } },
    code: 'badRequest',
  },
  { behaviour: 'more searches than a list shows', name: 'study.search', request: { ...search, searches: Array(401).fill('x') }, code: 'badRequest' },
  { behaviour: 'a search at an archive that does not exist', name: 'archive.search', request: { node: 'NOWHERE', filter: {}, limit: 1 }, code: 'notFound' },
  { behaviour: 'series of an archive that does not exist', name: 'archive.series', request: { node: 'NOWHERE', StudyInstanceUID: '1.2' }, code: 'notFound' },
  { behaviour: 'asking an archive that does not exist', name: 'outage.tryNow', request: { node: 'NOWHERE' }, code: 'notFound' },
  { behaviour: 'comparing with an archive that does not exist', name: 'reconcile.compare', request: { node: 'NOWHERE' }, code: 'notFound' },
  { behaviour: 'applying what was never compared', name: 'reconcile.apply', request: { node: 'NOWHERE' }, code: 'notFound' },
  { behaviour: 'a choice that there is not', name: 'reconcile.choose', request: { node: 'N', id: 'x', choice: 'explode' }, code: 'badRequest' },
  { behaviour: 'an hour that no day has', name: 'outageSet.plan', request: { plan: { rules: [], hour: 24 } }, code: 'badRequest' },
  { behaviour: 'deleting nothing', name: 'study.delete', request: { studies: [], lastCopies: true }, code: 'badRequest' },
  { behaviour: 'deleting without a word on last copies', name: 'study.delete', request: { studies: ['1.2.3'] }, code: 'badRequest' },
  { behaviour: 'a fetch of no series', name: 'transfer.retrieve', request: { node: 'N', StudyInstanceUID: '1.2', series: [] }, code: 'badRequest' },
  { behaviour: 'a sending to a node that does not exist', name: 'transfer.send', request: { node: 'NOWHERE', StudyInstanceUID: '1.2' }, code: 'notFound' },
  { behaviour: 'a UID with a path in it', name: 'study.get', request: { StudyInstanceUID: '../../etc/passwd' }, code: 'badRequest' },
  { behaviour: 'a UID of 65 characters', name: 'study.get', request: { StudyInstanceUID: `1.${'2'.repeat(63)}` }, code: 'badRequest' },
  { behaviour: 'an empty UID', name: 'study.get', request: { StudyInstanceUID: '' }, code: 'badRequest' },
  { behaviour: 'a study that is not here', name: 'study.get', request: { StudyInstanceUID: '1.2.3.99999' }, code: 'notFound' },
  { behaviour: 'a presentation state that is not here', name: 'presentation.get', request: { instanceId: 999_999 }, code: 'notFound' },
  { behaviour: 'presentation states of a study with a path in its UID', name: 'presentation.list', request: { StudyInstanceUID: '../x' }, code: 'badRequest' },
  { behaviour: 'a state that nobody may set', name: 'study.setState', request: { StudyInstanceUID: '1.2.3', state: 'released' }, code: 'badRequest' },
  { behaviour: 'a settings document that does not exist', name: 'settings.get', request: { name: '../senders' }, code: 'badRequest' },
  { behaviour: 'a port out of range', name: 'node.echo', request: { aeTitle: 'A', host: 'h', port: 65_536 }, code: 'badRequest' },
  { behaviour: 'an import of nothing', name: 'import.start', request: { paths: [] }, code: 'badRequest' },
  { behaviour: 'a path of a source that only main may ask for', name: 'job.refusedFile', request: { jobId: 'x', at: 0 }, code: 'denied' },
  ...(['object.report', 'object.waveform', 'object.part'] as const).map((name): RefusedCall => ({
    behaviour: `an object that is not here: ${name}`,
    name,
    request: { object: { instanceId: 999_999 } },
    code: 'notFound',
  })),
  {
    behaviour: 'the header of what is not set aside',
    name: 'object.header',
    request: { object: { quarantineId: '../x' }, offset: 0, limit: 1 },
    code: 'notFound',
  },
  {
    behaviour: 'a page of the header that is too long',
    name: 'object.header',
    request: { object: { instanceId: 1 }, offset: 0, limit: 501 },
    code: 'badRequest',
  },
  { behaviour: 'the header of a file', name: 'object.header', request: { object: { path: '/etc/passwd' }, offset: 0, limit: 1 }, code: 'badRequest' },
  { behaviour: 'a piece of a gigabyte', name: 'object.partBytes', request: { object: { instanceId: 1 }, offset: 0, length: 2 ** 30 }, code: 'badRequest' },
  { behaviour: 'no samples at all', name: 'object.samples', request: { object: { instanceId: 1 }, group: 0, from: 0, count: 0 }, code: 'badRequest' },
  { behaviour: 'a thumbnail of what is not here', name: 'image.thumbnail', request: { instanceId: 999_999, frameIndex: 0 }, code: 'notFound' },
  ...(['job.cancel', 'job.pause', 'job.resume', 'job.retry'] as const).map((name): RefusedCall => ({
    behaviour: `a job that does not exist: ${name}`,
    name,
    request: { jobId: 'no-such-job' },
    code: 'notFound',
  })),
  { behaviour: 'a page of nothing', name: 'outbox.list', request: { limit: 0 }, code: 'badRequest' },
  { behaviour: 'a filter that does not exist', name: 'outbox.list', request: { where: 'constructor' }, code: 'badRequest' },
  ...(['outbox.item', 'outbox.retry', 'outbox.cancel', 'outbox.hold', 'outbox.release'] as const).map((name): RefusedCall => ({
    behaviour: `an order that does not exist: ${name}`,
    name,
    request: { id: 'no-such-order' },
    code: 'notFound',
  })),
  { behaviour: 'a reason of a million characters', name: 'outbox.hold', request: { id: 'x', why: 'y'.repeat(1_000_000) }, code: 'badRequest' },
  { behaviour: 'an export without a folder', name: 'outbox.export', request: { id: 'x', folder: '' }, code: 'badRequest' },
  { behaviour: 'an export of an order that does not exist', name: 'outbox.export', request: { id: 'no-such-order', folder: '/tmp' }, code: 'notFound' },
  { behaviour: 'a node that does not exist', name: 'outbox.retryNode', request: { node: 'no such node' }, code: 'notFound' },
  { behaviour: 'objects of a study that is not here', name: 'study.objects', request: { StudyInstanceUID: '1.2.3.99999' }, code: 'notFound' },
  { behaviour: 'a pin that is no yes or no', name: 'study.pin', request: { StudyInstanceUID: '1.2.3', pinned: 'yes' }, code: 'badRequest' },
  { behaviour: 'a pin on a study that is not here', name: 'study.pin', request: { StudyInstanceUID: '1.2.3.99999', pinned: true }, code: 'notFound' },
  { behaviour: 'a hold without a reason', name: 'study.legalHold', request: { StudyInstanceUID: '1.2.3', legalHold: true }, code: 'badRequest' },
  { behaviour: 'a negative count of studies', name: 'station.status', request: { studies: -1 }, code: 'badRequest' },
  ...(
    [
      ['a study UID that is none', { StudyInstanceUID: '__proto__', SOPInstanceUID: '1.2.3', marked: true }, 'badRequest'],
      ['frame 0', { StudyInstanceUID: '1.2.3', SOPInstanceUID: '1.2.3', frameNumber: 0, marked: true }, 'badRequest'],
      ['a frame beyond all counting', { StudyInstanceUID: '1.2.3', SOPInstanceUID: '1.2.3', frameNumber: 2 ** 31, marked: true }, 'badRequest'],
      ['neither marked nor not', { StudyInstanceUID: '1.2.3', SOPInstanceUID: '1.2.3' }, 'badRequest'],
      ['an image that is not here', { StudyInstanceUID: '1.2.3.99999', SOPInstanceUID: '1.2.3', marked: true }, 'notFound'],
    ] as const
  ).map(([what, request, code]): RefusedCall => ({ behaviour: `a key image: ${what}`, name: 'keyImages.mark', request, code })),
  { behaviour: 'a note with a title that rejects', name: 'keyImages.finish', request: { StudyInstanceUID: '1.2.3', title: '113001' }, code: 'badRequest' },
  {
    behaviour: 'a note with a description of a million characters',
    name: 'keyImages.finish',
    request: { StudyInstanceUID: '1.2.3', title: '113000', description: 'x'.repeat(1_000_000) },
    code: 'badRequest',
  },
  { behaviour: 'a note of nothing', name: 'keyImages.finish', request: { StudyInstanceUID: '1.2.3', title: '113000' }, code: 'badRequest' },
  { behaviour: 'no job to mark as read', name: 'job.markRead', request: { jobIds: [] }, code: 'badRequest' },
];

export interface DroppedMessage {
  readonly behaviour: string;
  readonly message: unknown;
}

/** Messages that are no call: dropped without an answer, and the port goes on. */
export const droppedMessages: readonly DroppedMessage[] = [
  { behaviour: 'a text', message: 'hello' },
  { behaviour: 'a number', message: 7 },
  { behaviour: 'nothing', message: null },
  { behaviour: 'a list', message: [1, 2, 3] },
  { behaviour: 'an empty object', message: {} },
  { behaviour: 'an id that is a text', message: { id: '1', name: 'node.status', request: {} } },
  { behaviour: 'an id that is no integer', message: { id: 1.5, name: 'node.status', request: {} } },
  { behaviour: 'an id beyond the safe integers', message: { id: 2 ** 60, name: 'node.status', request: {} } },
  { behaviour: 'a name that is an object', message: { id: 1, name: { toString: 'x' }, request: {} } },
  { behaviour: 'a reply that nobody asked for', message: { id: 1, ok: true, value: {} } },
  { behaviour: 'an event from the wrong side', message: { event: 'study.removed', payload: {}, seq: 0 } },
  { behaviour: 'a cancel of a call that does not run', message: { cancel: 123_456 } },
  { behaviour: 'a cancel that is a text', message: { cancel: '1' } },
];

/** Every call of the contract that a side serves; for the check that none is without a handler. */
export function callsServedBy(side: 'services' | 'main'): CallName[] {
  return (Object.keys(calls) as CallName[]).filter((name) => calls[name].servedBy === side);
}
