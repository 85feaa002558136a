import { CallError, type Handlers } from '@shared/contract';
import { StudyUid } from '@shared/domain';
import { createHeaderViews, createObjectContents } from '../../objects';
import type { ServiceParts } from '../service-parts';

type ObjectHandlers = Pick<
  Handlers<'services'>,
  | 'image.thumbnail'
  | 'object.header'
  | 'object.headerText'
  | 'object.report'
  | 'object.waveform'
  | 'object.samples'
  | 'object.part'
  | 'object.partBytes'
  | 'job.refusedFile'
>;

export function objectHandlers({ cache, index, jobs, thumbnails }: ServiceParts): ObjectHandlers {
  const headers = createHeaderViews(cache);
  const contents = createObjectContents(cache, (uid) => {
    const found = index.instanceByUid(uid);
    const study = StudyUid.safeParse(found?.attributes.StudyInstanceUID);
    return found === undefined || !study.success ? undefined : { StudyInstanceUID: study.data, instanceId: found.id };
  });
  return {
    'object.header': (request) => headers.page(request),
    'object.headerText': (request) => headers.text(request),
    'image.thumbnail': async ({ instanceId, frameIndex, tile }, { signal }) => ({ rgb: await thumbnails.get({ instanceId, frameIndex, tile }, signal) }),
    'object.report': ({ object }) => contents.report(object),
    'object.waveform': ({ object }) => contents.waveform(object),
    'object.samples': async ({ object, group, from, count }) => ({ channels: await contents.samples(object, group, from, count) }),
    'object.part': ({ object }) => contents.part(object),
    'object.partBytes': async ({ object, offset, length }) => ({ bytes: await contents.partBytes(object, offset, length) }),
    'job.refusedFile': ({ jobId, at }) => {
      const path = jobs.list().find(({ id }) => id === jobId)?.refused[at]?.path;
      if (path === undefined) throw new CallError('notFound', 'this line names no file');
      return { path };
    },
  };
}
