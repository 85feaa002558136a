import { type KnownNode, nodePermissions, type RemoteNode } from '@shared/domain';

/** What stands in the form of a node: texts as they are typed. */
export interface NodeDraft {
  name: string;
  aeTitle: string;
  host: string;
  port: string;
  weQuery: boolean;
  weSend: boolean;
  maySend: boolean;
  mayQuery: boolean;
  tls: boolean;
  tlsName: string;
  retrieveBy: 'auto' | 'move' | 'get';
}

export function emptyDraft(): NodeDraft {
  return {
    name: '',
    aeTitle: '',
    host: '',
    port: '104',
    weQuery: true,
    weSend: true,
    maySend: true,
    mayQuery: false,
    tls: false,
    tlsName: '',
    retrieveBy: 'auto',
  };
}

export function draftOf(node: RemoteNode): NodeDraft {
  const { name, aeTitle, host, port, tls = false, tlsName = '', retrieveBy = 'auto' } = node;
  return { name, aeTitle, host, port: String(port), tls, tlsName, retrieveBy, ...nodePermissions(node) };
}

/** Registered ports of DICOM and of DICOM by TLS (PS3.15 B.12): the usual one goes with the switch, a port that was typed stays. */
export function withTls(draft: NodeDraft, tls: boolean): NodeDraft {
  const [plain, secure] = ['104', '2762'];
  const usual = tls ? plain : secure;
  return { ...draft, tls, port: draft.port.trim() === usual ? (tls ? secure : plain) : draft.port };
}

/**
 * Why a field cannot stand as it is, by field; empty when all can.
 * @param others the other nodes: a name stands once
 */
export function draftProblems(draft: NodeDraft, others: readonly Pick<KnownNode, 'name'>[]): Partial<Record<keyof NodeDraft, string>> {
  const problems: Partial<Record<keyof NodeDraft, string>> = {};
  const name = draft.name.trim();
  if (name === '') problems.name = 'Give it a name: that is what lists and messages call it.';
  else if (name.length > 64) problems.name = 'The name has at most 64 characters.';
  else if (others.some((other) => other.name === name)) problems.name = `Another node is called ${name}.`;
  const aeTitle = draft.aeTitle.trim();
  if (aeTitle === '') problems.aeTitle = 'The AE title is missing: the one that this node calls itself.';
  else if (!/^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(aeTitle)) problems.aeTitle = 'An AE title has 1 to 16 plain characters and no backslash.';
  const host = draft.host.trim();
  if (host === '') problems.host = 'The address is missing: a host name or an IP address.';
  else if (/[\s/]/.test(host) || host.length > 255) problems.host = 'A host name or an IP address, without spaces, slashes or a port.';
  else if (/^[^:]+:\d+$/.test(host)) problems.host = 'The port has its own field.';
  const tlsName = draft.tlsName.trim();
  if (draft.tls && tlsName !== '' && !/^[A-Za-z0-9._:-]{1,253}$/.test(tlsName))
    problems.tlsName = 'The name in its certificate is a host name or an IP address; empty: the address above.';
  if (!/^\d{1,5}$/.test(draft.port.trim()) || Number(draft.port) < 1 || Number(draft.port) > 65_535) problems.port = 'A port is a number from 1 to 65535.';
  return problems;
}

/** The node that a draft without problems describes; what is as usual is not written down. */
export function nodeOf(draft: NodeDraft): RemoteNode {
  return {
    name: draft.name.trim(),
    aeTitle: draft.aeTitle.trim(),
    host: draft.host.trim(),
    port: Number(draft.port),
    role: draft.weQuery ? 'archive' : 'other',
    ...(draft.maySend ? {} : { maySend: false }),
    ...(draft.mayQuery ? { mayQuery: true } : {}),
    ...(draft.tls ? { tls: true, ...(draft.tlsName.trim() === '' ? {} : { tlsName: draft.tlsName.trim() }) } : {}),
    ...(draft.weSend ? {} : { weSend: false }),
    ...(draft.retrieveBy === 'auto' ? {} : { retrieveBy: draft.retrieveBy }),
  };
}

const OUTCOMES: Readonly<Record<NonNullable<KnownNode['tested']>['outcome'], string>> = {
  reachable: 'reachable',
  callingAeUnknown: 'does not know our AE title',
  calledAeUnknown: 'has another AE title',
  refused: 'refused',
  noContext: 'offers nothing that we use',
  unreachable: 'cannot be reached',
  nameUnknown: 'name not found',
  connectionRefused: 'nothing listens there',
  noAnswer: 'no answer',
  failed: 'test failed',
};

/** A test in two or three words. */
export function outcomeWords(outcome: NonNullable<KnownNode['tested']>['outcome']): string {
  return OUTCOMES[outcome];
}

/** What may pass between a node and this station, in words, for one line. */
export function permissionWords(node: KnownNode): string {
  const { weQuery, weSend, maySend, mayQuery } = nodePermissions(node);
  const parts = [weQuery ? 'we search and fetch' : '', weSend ? 'we send' : '', maySend ? 'it may send' : '', mayQuery ? 'it may search and fetch' : ''];
  const words = parts.filter((part) => part !== '').join(', ');
  return words === '' ? 'nothing is allowed' : words;
}
