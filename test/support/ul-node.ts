import { performance } from 'node:perf_hooks';
import {
  createNode,
  createSenderPolicy,
  type AssociationEvent,
  type DicomNode,
  type NodeLimits,
  type NodeParts,
  type SenderPolicy,
} from '../../electron/services/dimse';
import { silentLogger, type Logger } from '../../electron/services/logging/logger';
import type { ObjectStore } from '../../electron/services/cache/types';
import { createStoreDouble } from './ul-store-double';

export const OUR_AE = 'ALTERNATOR';

export interface TestNodeOptions {
  readonly store?: ObjectStore;
  readonly limits?: Partial<NodeLimits>;
  readonly senders?: SenderPolicy;
  readonly queriers?: SenderPolicy;
  readonly services?: NonNullable<NodeParts['services']>;
  readonly tls?: NonNullable<NodeParts['tls']>;
  readonly acceptUnknownSopClasses?: boolean;
  readonly log?: Logger;
  readonly onTlsRefused?: NonNullable<NodeParts['onTlsRefused']>;
}

export interface TestNode {
  readonly node: DicomNode;
  readonly port: number;
  readonly events: AssociationEvent[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A node on loopback and a free port that takes every caller unless told otherwise. */
export async function startTestNode(options: TestNodeOptions = {}): Promise<TestNode> {
  const node = createNode({
    env: {
      options: { dataDir: '', aeTitle: OUR_AE, dicomHost: '127.0.0.1', dicomPort: 0, accept: [], demo: false, workersDir: '' },
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      log: options.log ?? silentLogger,
    },
    store: options.store ?? createStoreDouble(),
    senders: options.senders ?? createSenderPolicy(() => [{ aeTitle: '*', host: '*', source: 'run' }]),
    ...(options.queriers && { queriers: options.queriers }),
    ...(options.tls && { tls: options.tls }),
    ...(options.onTlsRefused && { onTlsRefused: options.onTlsRefused }),
    ...(options.services && { services: options.services }),
    limits: { tickMs: 20, ...options.limits },
    acceptUnknownSopClasses: () => options.acceptUnknownSopClasses ?? false,
  });
  const events: AssociationEvent[] = [];
  node.onAssociation((event) => {
    events.push(event);
  });
  await node.start();
  const { port } = node.status();
  if (port === undefined) throw new Error(`node does not listen: ${node.status().error ?? ''}`);
  return { node, port, events, [Symbol.asyncDispose]: () => node.stop() };
}

/** Waits until `condition` holds; fails after `ms`. */
export async function until(condition: () => boolean, what: string, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
