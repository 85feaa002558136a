import { type ArchiveSeries, type KnownNode, SeriesUid, type StudyUid } from '@shared/domain';
import type { Index } from '../index';
import type { ArchivePool } from './archive-pool';
import type { NodeList } from './node-list';
import { remoteSeries } from './remote-contents';

export interface SeriesParts {
  readonly pool: ArchivePool;
  readonly nodes: Pick<NodeList, 'target'>;
  readonly index: Pick<Index, 'series'>;
}

/** The series of a study as an archive has them now, and how much of each is here. Throws an Error in words. */
export async function archiveSeries({ pool, nodes, index }: SeriesParts, node: KnownNode, uid: StudyUid, signal: AbortSignal): Promise<ArchiveSeries[]> {
  const here = new Map(index.series(uid).map((series) => [String(series.SeriesInstanceUID), series.instanceCount]));
  const matches = await remoteSeries(pool, nodes.target(node), uid, signal);
  const series = matches.flatMap((match): ArchiveSeries[] => {
    const parsed = SeriesUid.safeParse(match.SeriesInstanceUID);
    if (!parsed.success) return [];
    const count = match.NumberOfSeriesRelatedInstances ?? '';
    return [
      {
        SeriesInstanceUID: parsed.data,
        Modality: match.Modality ?? '',
        SeriesNumber: match.SeriesNumber ?? '',
        SeriesDescription: match.SeriesDescription ?? '',
        BodyPartExamined: match.BodyPartExamined ?? '',
        ...(/^\d{1,9}$/.test(count) ? { instanceCount: Number(count) } : {}),
        hereCount: here.get(parsed.data) ?? 0,
      },
    ];
  });
  return series.sort((a, b) => Number(a.SeriesNumber) - Number(b.SeriesNumber) || a.SeriesInstanceUID.localeCompare(b.SeriesInstanceUID));
}
