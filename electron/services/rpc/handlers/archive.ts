import { CallError, type Handlers } from '@shared/contract';
import type { JobSubject, SeriesUid, SopInstanceUid, StudyUid } from '@shared/domain';
import { archiveSeries, testNode, type TransferInput } from '../../archive';
import type { ServiceParts } from '../service-parts';

type ArchiveHandlers = Pick<
  Handlers<'services'>,
  'node.list' | 'node.save' | 'node.remove' | 'node.test' | 'archive.search' | 'archive.cancelSearch' | 'archive.series' | 'transfer.retrieve' | 'transfer.send'
>;

interface Wish {
  readonly StudyInstanceUID: StudyUid;
  readonly node: string;
  readonly series?: readonly SeriesUid[] | undefined;
  readonly images?: readonly SopInstanceUid[] | undefined;
}

export function archiveHandlers({ nodes, searches, found, jobs, index, pool, env, archiving, accesses, probes }: ServiceParts): ArchiveHandlers {
  const inputOf = (wish: Wish): TransferInput => {
    const node = nodes.byName(wish.node).name;
    const { StudyInstanceUID, series, images } = wish;
    const row = index.getStudy(StudyInstanceUID) ?? found.row(StudyInstanceUID);
    const part = partWords(series, images);
    const subject: JobSubject | undefined = row && {
      StudyInstanceUID,
      node,
      PatientName: row.PatientName,
      PatientID: row.PatientID,
      StudyDate: row.StudyDate,
      StudyDescription: row.StudyDescription,
      ModalitiesInStudy: row.ModalitiesInStudy,
      ...(part === undefined ? {} : { part }),
    };
    return {
      StudyInstanceUID,
      node,
      ...(series === undefined ? {} : { series: [...series] }),
      ...(images === undefined ? {} : { images: [...images] }),
      ...(subject === undefined ? {} : { subject }),
    };
  };
  return {
    'node.list': () => ({ nodes: nodes.all() }),
    'node.save': async ({ node, replaces }) => {
      nodes.save(node, replaces);
      await accesses.forgetUnknown();
      probes.look(node.name, false);
      return { nodes: nodes.all() };
    },
    'node.remove': async ({ name }) => {
      nodes.remove(name);
      await accesses.forgetUnknown();
      return { nodes: nodes.all() };
    },
    'node.test': async (node, { signal }) => {
      const { name, ...address } = node;
      const test = await testNode(pool, nodes.target({ ...address, ...(name !== undefined && { name }) }), signal, () => env.clock.monotonic());
      nodes.noteTest(node, test, env.clock.now());
      return test;
    },
    'archive.search': ({ node, filter, limit }) => ({ searchId: searches.start(nodes.byName(node), filter, limit) }),
    'archive.cancelSearch': ({ searchId }) => {
      searches.cancel(searchId);
      return {};
    },
    'archive.series': async ({ StudyInstanceUID, node }, { signal }) => ({
      series: await archiveSeries({ pool, nodes, index }, nodes.byName(node), StudyInstanceUID, signal),
    }),
    'transfer.retrieve': ({ urgent = false, ...wish }) => {
      const refusal = archiving.eviction.refusal();
      if (refusal !== undefined) throw new CallError('diskFull', refusal);
      return { jobId: jobs.start('retrieve', inputOf(wish), { urgent }).id };
    },
    'transfer.send': (wish, { actor }) => ({ jobId: jobs.start('send', { ...inputOf(wish), by: actor.user }).id }),
  };
}

function partWords(series: readonly SeriesUid[] | undefined, images: readonly SopInstanceUid[] | undefined): string | undefined {
  if (images !== undefined) return images.length === 1 ? '1 image' : `${String(images.length)} images`;
  return series === undefined ? undefined : `${String(series.length)} series`;
}
