import type { Handlers } from '@shared/contract';
import { testNode } from '../../archive';
import type { ServiceParts } from '../service-parts';

type ArchiveHandlers = Pick<
  Handlers<'services'>,
  'node.list' | 'node.save' | 'node.remove' | 'node.test' | 'archive.search' | 'archive.cancelSearch' | 'transfer.retrieve' | 'transfer.send'
>;

export function archiveHandlers({ nodes, searches, jobs, env }: ServiceParts): ArchiveHandlers {
  return {
    'node.list': () => ({ nodes: nodes.all() }),
    'node.save': ({ node, replaces }) => {
      nodes.save(node, replaces);
      return { nodes: nodes.all() };
    },
    'node.remove': ({ name }) => {
      nodes.remove(name);
      return { nodes: nodes.all() };
    },
    'node.test': async (node, { signal }) => {
      const test = await testNode(nodes.target(node), signal, () => env.clock.monotonic());
      nodes.noteTest(node, test, env.clock.now());
      return test;
    },
    'archive.search': ({ node, filter, limit }) => ({ searchId: searches.start(nodes.byName(node), filter, limit) }),
    'archive.cancelSearch': ({ searchId }) => {
      searches.cancel(searchId);
      return {};
    },
    'transfer.retrieve': ({ StudyInstanceUID, node }) => ({ jobId: jobs.start('retrieve', { StudyInstanceUID, node: nodes.byName(node).name }).id }),
    'transfer.send': ({ StudyInstanceUID, node }) => ({ jobId: jobs.start('send', { StudyInstanceUID, node: nodes.byName(node).name }).id }),
  };
}
