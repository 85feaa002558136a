import type { CallName } from '@shared/contract';

/** Requests that an empty station answers with a value that fits the contract: one for each call that needs nothing else. */
export const golden: readonly { readonly name: CallName; readonly request: unknown }[] = [
  { name: 'study.search', request: { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 50 } },
  {
    name: 'study.search',
    request: {
      filter: {
        text: 'o\'neil % _ \\ " ) -- ',
        PatientName: 'Müller 山田',
        studyDateFrom: '19000101',
        studyDateTo: '20991231',
        birthYear: '19',
        state: 'unread',
        where: 'here',
      },
      sort: { key: 'PatientName', descending: false },
      offset: 0,
      limit: 2000,
    },
  },
  { name: 'priors.find', request: { patientKey: '["4711",""]' } },
  { name: 'node.status', request: {} },
  { name: 'node.senders', request: {} },
  { name: 'cache.status', request: {} },
  { name: 'quarantine.list', request: {} },
  { name: 'job.list', request: {} },
  { name: 'settings.get', request: { name: 'worklist' } },
  { name: 'settings.set', request: { name: 'worklist', value: { columns: ['PatientName'] } } },
];

const deep = (depth: number): unknown => {
  let value: unknown = 'end';
  for (let n = 0; n < depth; n++) value = { inside: value };
  return value;
};

/** Calls that fail closed, each with the code that says why. */
export const negative: readonly { readonly why: string; readonly name: string; readonly request: unknown; readonly code: string }[] = [
  { why: 'an unknown name', name: 'study.destroy', request: {}, code: 'badRequest' },
  { why: 'a name of the object prototype', name: '__proto__', request: {}, code: 'badRequest' },
  { why: 'the name constructor', name: 'constructor', request: {}, code: 'badRequest' },
  { why: 'the name toString', name: 'toString', request: {}, code: 'badRequest' },
  { why: 'an empty name', name: '', request: {}, code: 'badRequest' },
  { why: 'a call that another side serves', name: 'app.info', request: {}, code: 'badRequest' },
  { why: 'a request that is missing', name: 'study.search', request: undefined, code: 'badRequest' },
  { why: 'a request of another kind', name: 'study.search', request: 'all of them', code: 'badRequest' },
  {
    why: 'a sort key that is none',
    name: 'study.search',
    request: { filter: {}, sort: { key: 'PatientName; DROP TABLE studies', descending: true }, offset: 0, limit: 5 },
    code: 'badRequest',
  },
  {
    why: 'a negative offset',
    name: 'study.search',
    request: { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: -1, limit: 5 },
    code: 'badRequest',
  },
  {
    why: 'a page without limit',
    name: 'study.search',
    request: { filter: {}, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 1e9 },
    code: 'badRequest',
  },
  {
    why: 'a text of a million characters',
    name: 'study.search',
    request: { filter: { text: 'x'.repeat(1_000_000) }, sort: { key: 'StudyDate', descending: true }, offset: 0, limit: 5 },
    code: 'badRequest',
  },
  { why: 'a UID with a path in it', name: 'study.open', request: { StudyInstanceUID: '1.2/../../etc' }, code: 'badRequest' },
  { why: 'a UID of 65 characters', name: 'study.open', request: { StudyInstanceUID: `1.${'2'.repeat(63)}` }, code: 'badRequest' },
  { why: 'a study that is not here', name: 'study.open', request: { StudyInstanceUID: '2.25.404' }, code: 'notFound' },
  { why: 'the state of a study that is not here', name: 'study.setState', request: { StudyInstanceUID: '2.25.404', state: 'done' }, code: 'notFound' },
  { why: 'a state that no reader may set', name: 'study.setState', request: { StudyInstanceUID: '2.25.404', state: 'released' }, code: 'badRequest' },
  { why: 'a job that nobody started', name: 'job.cancel', request: { jobId: 'nobody' }, code: 'notFound' },
  { why: 'a settings document that is none', name: 'settings.get', request: { name: '../../secrets' }, code: 'badRequest' },
  { why: 'a settings value that does not fit', name: 'settings.set', request: { name: 'senders', value: { accepted: 'all' } }, code: 'badRequest' },
  { why: 'an AE title with a backslash', name: 'node.allowSender', request: { aeTitle: 'A\\B', host: '10.0.0.1' }, code: 'badRequest' },
  { why: 'an AE title of spaces', name: 'node.allowSender', request: { aeTitle: '    ', host: '10.0.0.1' }, code: 'badRequest' },
  { why: 'an AE title of 17 characters', name: 'node.allowSender', request: { aeTitle: 'ABCDEFGHIJKLMNOPQ', host: '10.0.0.1' }, code: 'badRequest' },
  { why: 'a port that cannot be', name: 'node.echo', request: { aeTitle: 'A', host: 'localhost', port: 70_000 }, code: 'badRequest' },
  { why: 'an import of nothing', name: 'import.start', request: { paths: [] }, code: 'badRequest' },
  { why: 'a request nested 200 deep', name: 'settings.get', request: deep(200), code: 'badRequest' },
];

/** Messages that are no call: they are dropped, and the next call is answered as if they had not been there. */
export const noise: readonly unknown[] = [
  undefined,
  0,
  'call me',
  [],
  {},
  { id: 'one', name: 'node.status', request: {} },
  { id: 1.5, name: 'node.status', request: {} },
  { name: 'node.status', request: {} },
  { cancel: 'everything' },
  { cancel: 987_654_321 },
  { event: 'study.removed', payload: { StudyInstanceUID: '2.25.1' }, seq: 1 },
];
