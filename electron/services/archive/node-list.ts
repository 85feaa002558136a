import { CallError } from '@shared/contract';
import { type KnownNode, type NodeTest, RemoteNode, type RetrieveChoice } from '@shared/domain';
import { z } from 'zod';
import type { TlsProvider } from '../dimse';
import { type Address, createFacts } from './archive-facts';
import type { ArchiveTarget } from './archive-pool';
import type { Settings } from '../settings';

const Document = z.object({ nodes: z.array(RemoteNode) });

/** Archives and other nodes: those of the settings, those of the command line for this run, and our own demo archive. */
export interface NodeList {
  all(): KnownNode[];
  /** Throws CallError `notFound`. */
  byName(name: string): KnownNode;
  /** Throws CallError `badRequest` when the name is taken by another one. */
  save(node: RemoteNode, replaces?: string): void;
  /** The demo archive too: it is forgotten then, and `onUnwanted` told. */
  remove(name: string): void;
  /** The other services of this program; none: they are gone. */
  setCompanion(node: RemoteNode | undefined): void;
  /** Remembers what a test found. */
  noteTest(node: Address, test: NodeTest, atMs: number): void;
  /** Remembers by what it gives objects fastest; undefined: it is to be measured again. */
  noteRetrieve(node: Address, choice: RetrieveChoice | undefined): void;
  /** It showed a certificate that is valid until then. */
  noteCertificate(name: string, validUntilMs: number): void;
  /** How we call it. */
  target(node: Address & Partial<Pick<RemoteNode, 'name'>>): ArchiveTarget;
}

export function createNodeList(
  settings: Settings,
  ofThisRun: readonly RemoteNode[],
  ourAeTitle: string,
  onUnwanted: () => void = () => undefined,
  tlsMaterial: TlsProvider = () => Promise.resolve({}),
  facts: (node: KnownNode) => Partial<Pick<KnownNode, 'accessState'>> = () => ({}),
): NodeList {
  const given: KnownNode[] = ofThisRun.map((node) => ({ ...node, source: 'run' }));
  let run = given;
  const found = createFacts(settings);
  const certificates = new Map<string, string>();
  const withFacts = (node: KnownNode): KnownNode => {
    const certificateUntil = certificates.get(node.name);
    return { ...node, ...found.of(node), ...(certificateUntil !== undefined && { certificateUntil }), ...facts(node) };
  };
  const noteCertificate = (name: string, validUntilMs: number): void => {
    if (Number.isFinite(validUntilMs)) certificates.set(name, new Date(validUntilMs).toISOString());
  };
  const kept = (): RemoteNode[] => Document.parse(settings.value('nodes')).nodes;
  const isOfRun = (name: string): boolean => run.some((node) => node.name === name);
  /** A node of the command line stands for this run in the place of a kept one of the same name. */
  const all = (): KnownNode[] =>
    [...run, ...kept().flatMap((node): KnownNode[] => (isOfRun(node.name) ? [] : [{ ...node, source: 'settings' }]))].map(withFacts);
  const refuseRun = (name: string): void => {
    if (run.some((node) => node.name === name && node.source === 'demo'))
      throw new CallError('badRequest', `"${name}" is the program's own: it can be removed, not changed`);
    if (isOfRun(name)) throw new CallError('badRequest', `"${name}" was given on the command line: it is forgotten at the end of this run`);
  };
  return {
    all,
    byName(name) {
      const found = all().find((node) => node.name === name);
      if (!found) throw new CallError('notFound', `there is no node "${name}" (any more)`);
      return found;
    },
    save(node, replaces) {
      refuseRun(node.name);
      if (replaces !== undefined) refuseRun(replaces);
      const others = kept().filter((each) => each.name !== (replaces ?? node.name));
      if (others.some((each) => each.name === node.name)) throw new CallError('badRequest', `there is another node "${node.name}"`);
      settings.set('nodes', { nodes: [...others, node] });
    },
    setCompanion(node) {
      // A node that somebody named so himself stays what it is.
      const isTaken = [...given, ...kept()].some((each) => each.name === node?.name);
      run = node === undefined || isTaken ? given : [...given, { ...node, source: 'demo' }];
    },
    remove(name) {
      if (run.some((node) => node.name === name && node.source === 'demo')) {
        run = given;
        onUnwanted();
        return;
      }
      refuseRun(name);
      settings.set('nodes', { nodes: kept().filter((node) => node.name !== name) });
    },
    noteTest(node, test, atMs) {
      if (all().some((each) => isSame(each, node))) found.noteTest(node, test, atMs);
    },
    noteRetrieve: (node, choice) => found.noteRetrieve(node, choice),
    noteCertificate,
    target: ({ aeTitle, host, port, url, tls, tlsName, dimse, name = aeTitle }) => ({
      ...{ host, port, calledAeTitle: aeTitle, callingAeTitle: ourAeTitle },
      ...(url !== undefined && { web: { name, url }, alsoDimse: dimse === true }),
      ...(tls === true && {
        ...(tlsName !== undefined && { tlsName }),
        tls: async () => ({ ...(await tlsMaterial()), onPeer: (ms: number) => noteCertificate(name, ms) }),
      }),
    }),
  };
}

/** Called in the same way, whatever it is called. */
function isSame(a: Address, b: Address): boolean {
  const one = (node: Address): string => JSON.stringify([node.aeTitle, node.host, node.port, node.url ?? '', node.tls === true, node.tlsName ?? '']);
  return one(a) === one(b);
}
