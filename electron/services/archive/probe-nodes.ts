import type { Clock } from '../host-environment';
import type { Logger } from '../logging/logger';
import type { ArchivePool } from './archive-pool';
import type { NodeList } from './node-list';
import { testNode } from './test-node';

export interface ProbeParts {
  readonly nodes: Pick<NodeList, 'all' | 'target' | 'noteTest'>;
  readonly pool: Pick<ArchivePool, 'web'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Something was found out. */
  onFound(): void;
}

/** Finds out what nodes offer, once for each address, without being asked: when a node is added, and when one that was never reached answers for the first time. */
export interface NodeProbes {
  /** In the background. `answers`: it is known to be there now. */
  look(name: string, answers: boolean): void;
  close(): Promise<void>;
}

export function createNodeProbes({ nodes, pool, clock, log, onFound }: ProbeParts): NodeProbes {
  const ending = new AbortController();
  const isOver = (): boolean => ending.signal.aborted;
  const asked = new Set<string>();
  let working: Promise<void> = Promise.resolve();
  return {
    look(name, answers) {
      const node = nodes.all().find((one) => one.name === name);
      if (node === undefined || isOver() || node.tested?.outcome === 'reachable') return;
      const { aeTitle, host, port, url, tls } = node;
      const key = JSON.stringify([answers, aeTitle, host, port, url, tls]);
      if (asked.has(key)) return;
      asked.add(key);
      working = working.then(async () => {
        if (isOver()) return;
        try {
          const test = await testNode(pool, nodes.target(node), ending.signal, () => clock.monotonic());
          if (isOver()) return;
          nodes.noteTest(node, test, clock.now());
          onFound();
        } catch (error) {
          log.warn({ error: String(error) }, 'what a node offers could not be found out');
        }
      });
    },
    async close() {
      ending.abort();
      await working;
    },
  };
}
