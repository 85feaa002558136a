import { type KnownNode, nodePermissions, type RemoteNode, type RetrieveWay } from '@shared/domain';

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
  retrieveBy: 'auto' | RetrieveWay;
  /** By DIMSE or by DICOMweb (PS3.18). */
  over: 'dimse' | 'web';
  url: string;
  /** A node by DICOMweb that objects may be fetched from by DIMSE too. */
  dimse: boolean;
  access: 'none' | 'signIn' | 'client';
  /** Issuer, or URL of the token service. */
  service: string;
  clientId: string;
  scope: string;
  /** Typed just now; what is kept is never shown. */
  secret: string;
}

const NO_WEB = { over: 'dimse', url: '', dimse: false, access: 'none', service: '', clientId: '', scope: '', secret: '' } as const;
/** Names a node that is called by its URL alone. */
const WEB_AE_TITLE = 'DICOMWEB';

const WAYS: Readonly<Record<RetrieveWay, string>> = { move: 'C-MOVE', get: 'C-GET', wado: 'WADO-RS' };

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
    ...NO_WEB,
  };
}

export function draftOf(node: RemoteNode): NodeDraft {
  const { name, aeTitle, host, port, url, access, dimse = false, tls = false, tlsName = '', retrieveBy = 'auto' } = node;
  const isWebOnly = url !== undefined && !dimse;
  return {
    ...NO_WEB,
    ...{ name, tls, tlsName, retrieveBy, dimse },
    ...(isWebOnly ? { aeTitle: '', host: '', port: '104' } : { aeTitle, host, port: String(port) }),
    ...nodePermissions(node),
    ...(url !== undefined && { over: 'web', url }),
    ...(access !== undefined && {
      access: access.kind,
      service: access.kind === 'client' ? access.tokenUrl : access.issuer,
      clientId: access.clientId,
      scope: access.scope ?? '',
    }),
  };
}

/** Registered ports of DICOM and of DICOM by TLS (PS3.15 B.12): the usual one goes with the switch, a port that was typed stays. */
export function withTls(draft: NodeDraft, tls: boolean): NodeDraft {
  const [plain, secure] = ['104', '2762'];
  const usual = tls ? plain : secure;
  return { ...draft, tls, port: draft.port.trim() === usual ? (tls ? secure : plain) : draft.port };
}

/** How objects may be fetched from what the draft describes. */
export function retrieveOptions({ over, dimse }: NodeDraft): readonly { readonly value: NodeDraft['retrieveBy']; readonly text: string }[] {
  const ways: readonly RetrieveWay[] = over === 'dimse' ? ['move', 'get'] : dimse ? ['wado', 'move', 'get'] : ['wado'];
  if (ways.length < 2) return [{ value: 'auto', text: WAYS.wado }];
  return [{ value: 'auto', text: 'what is fastest' }, ...ways.map((way) => ({ value: way, text: `${WAYS[way]} only` }))];
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
  return { ...problems, ...(draft.over === 'web' ? webProblems(draft) : {}), ...(draft.over === 'dimse' || draft.dimse ? addressProblems(draft) : {}) };
}

function addressProblems(draft: NodeDraft): Partial<Record<keyof NodeDraft, string>> {
  const problems: Partial<Record<keyof NodeDraft, string>> = {};
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

function webProblems({ url, access, service, clientId }: NodeDraft): Partial<Record<keyof NodeDraft, string>> {
  const problems: Partial<Record<keyof NodeDraft, string>> = {};
  if (!isSecureUrl(url)) problems.url = 'The root of its DICOMweb services is missing: https://… without user and query; http to this computer only.';
  if (access === 'none') return problems;
  if (!isSecureUrl(service)) problems.service = 'The URL of the sign-in or token service is missing: https://… without user and query.';
  if (clientId.trim() === '') problems.clientId = 'The client is missing: what the sign-in service calls this station.';
  return problems;
}

function isSecureUrl(text: string): boolean {
  try {
    const { protocol, hostname, username, password, search, hash } = new URL(text.trim());
    if (username !== '' || password !== '' || search !== '' || hash !== '') return false;
    return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname));
  } catch {
    return false;
  }
}

/** The node that a draft without problems describes; what is as usual is not written down. */
export function nodeOf(draft: NodeDraft): RemoteNode {
  const isWeb = draft.over === 'web';
  const isCalled = !isWeb || draft.dimse;
  return {
    name: draft.name.trim(),
    ...(isCalled ? { aeTitle: draft.aeTitle.trim(), host: draft.host.trim(), port: Number(draft.port) } : webAddress(draft.url)),
    role: draft.weQuery ? 'archive' : 'other',
    ...sendPermission(isCalled, isCalled && draft.maySend),
    ...(isCalled && draft.mayQuery ? { mayQuery: true } : {}),
    ...(isCalled && draft.tls ? { tls: true, ...(draft.tlsName.trim() === '' ? {} : { tlsName: draft.tlsName.trim() }) } : {}),
    ...(draft.weSend ? {} : { weSend: false }),
    ...(isWeb ? { url: draft.url.trim(), ...(draft.dimse && { dimse: true }), ...accessOf(draft) } : {}),
    ...(draft.retrieveBy === 'auto' || !retrieveOptions(draft).some(({ value }) => value === draft.retrieveBy) ? {} : { retrieveBy: draft.retrieveBy }),
  };
}

/** By DICOMweb alone nothing is sent here unless that was said; by DIMSE it is, as a C-MOVE comes as an association of the archive's own. */
function sendPermission(isCalled: boolean, maySend: boolean): Pick<RemoteNode, 'maySend'> {
  return maySend === isCalled ? {} : { maySend };
}

function webAddress(text: string): Pick<RemoteNode, 'aeTitle' | 'host' | 'port'> {
  const { hostname, port, protocol } = new URL(text.trim());
  return { aeTitle: WEB_AE_TITLE, host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

function accessOf({ access, service, clientId, scope }: NodeDraft): Pick<RemoteNode, 'access'> {
  if (access === 'none') return {};
  const common = { clientId: clientId.trim(), ...(scope.trim() !== '' && { scope: scope.trim() }) };
  return { access: access === 'client' ? { kind: 'client', tokenUrl: service.trim(), ...common } : { kind: 'signIn', issuer: service.trim(), ...common } };
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

/** By what objects are fetched from a node, and why: one word, and what was measured. */
export function retrieveWords({ retrieve, retrieveBy, url, dimse }: KnownNode, locale: string): { readonly by: string; readonly why: string } {
  if (retrieveBy !== undefined && retrieveBy !== 'auto') return { by: WAYS[retrieveBy], why: 'as it was chosen here' };
  if (url !== undefined && dimse !== true) return { by: WAYS.wado, why: 'the only way by DICOMweb' };
  if (retrieve === undefined) return { by: WAYS[url === undefined ? 'move' : 'wado'], why: 'not measured yet: that is done with the next study of some size' };
  const rate = (bytes: number): string => `${new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 }).format(bytes / 1e6)} MB/s`;
  const rates = retrieve.rates.map(
    ({ by, bytesPerSecond, problem }) => `${WAYS[by]} ${bytesPerSecond === undefined ? (problem ?? 'did not work') : rate(bytesPerSecond)}`,
  );
  return {
    by: WAYS[retrieve.by],
    why: `measured ${new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(retrieve.at))}: ${rates.join(', ')}`,
  };
}
