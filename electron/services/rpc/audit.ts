import type { Actor, CallName } from '@shared/contract';
import type { Index } from '../index';

type Audited = (request: Record<string, unknown>) => string;

/** Calls that open a study or change something, and what of their request goes into the trail (never a patient's name or id). */
const AUDITED: Partial<Record<CallName, Audited>> = {
  'study.open': (request) => String(request['StudyInstanceUID']),
  'study.opened': (request) => String(request['StudyInstanceUID']),
  'study.setState': (request) => `${String(request['StudyInstanceUID'])} -> ${String(request['state'])}`,
  'node.allowSender': (request) => `${String(request['aeTitle'])}@${String(request['host'])}`,
  'node.forgetSender': (request) => `${String(request['aeTitle'])}@${String(request['host'])}`,
  'node.acceptUnknownSopClasses': (request) => String(request['accept']),
  'node.save': (request) => nodeText(request['node']),
  'node.remove': (request) => String(request['name']),
  'node.test': nodeText,
  'archive.signIn': (request) => String(request['node']),
  'archive.signOut': (request) => String(request['node']),
  // never the secret itself
  'archive.setSecret': (request) => `${String(request['node'])}: ${request['secret'] === '' ? 'forgotten' : 'entered'}`,
  'tls.keepKey': (request) => String(request['file']),
  'tls.forgetKey': () => '',
  'archive.search': (request) => String(request['node']),
  'transfer.retrieve': (request) => `${String(request['StudyInstanceUID'])} from ${String(request['node'])}`,
  'transfer.send': (request) => `${String(request['StudyInstanceUID'])} to ${String(request['node'])}`,
  'outbox.retry': (request) => String(request['id']),
  'outbox.cancel': orderText,
  'outbox.hold': orderText,
  'outbox.release': orderText,
  'outbox.retryNode': (request) => String(request['node']),
  'outbox.export': (request) => `${String(request['id'])} to ${String(request['folder'])}`,
  'eviction.run': () => '',
  'study.pin': (request) => `${String(request['StudyInstanceUID'])} -> ${String(request['pinned'])}`,
  'study.legalHold': (request) => `${String(request['StudyInstanceUID'])} -> ${String(request['legalHold'])}: ${String(request['reason'])}`,
  'keyImages.finish': (request) => `${String(request['StudyInstanceUID'])}: ${String(request['title'])}`,
  'import.start': (request) => `${Array.isArray(request['paths']) ? request['paths'].length : 0} paths`,
  'verify.start': () => '',
  'station.quit': () => '',
  'index.rebuild': () => '',
  'demo.start': () => '',
  'job.cancel': (request) => String(request['jobId']),
  'display.override': (request) => `${String(request['modality'])} on ${String(request['monitor'])}: ${String(request['reasons'])}`,
  'settings.set': (request) => String(request['name']),
};

function nodeText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { aeTitle, host, port } = value as Record<string, unknown>;
  return `${String(aeTitle)}@${String(host)}:${String(port)}`;
}

function orderText(request: Record<string, unknown>): string {
  return `${String(request['id'])}: ${String(request['why'])}`;
}

export interface AuditHook {
  (entry: { actor: Actor; name: CallName; request: unknown; outcome: 'allowed' | 'denied' }): void;
}

/** One place for the whole contract: each audited call, and each call that a role was denied, becomes a row. */
export function auditHook(index: Pick<Index, 'audit'>, now: () => number): AuditHook {
  return ({ actor, name, request, outcome }) => {
    const describe = AUDITED[name];
    if (outcome === 'allowed' && describe === undefined) return;
    const detail = outcome === 'allowed' && describe !== undefined ? describe(request as Record<string, unknown>) : '';
    index.audit({ atMs: now(), user: actor.user, action: name, outcome, detail });
  };
}
