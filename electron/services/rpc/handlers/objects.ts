import { CallError, type Handlers } from '@shared/contract';
import { createHeaderViews } from '../../objects';
import type { ServiceParts } from '../service-parts';

type ObjectHandlers = Pick<Handlers<'services'>, 'object.header' | 'object.headerText' | 'job.refusedFile'>;

export function objectHandlers({ cache, jobs }: ServiceParts): ObjectHandlers {
  const headers = createHeaderViews(cache);
  return {
    'object.header': (request) => headers.page(request),
    'object.headerText': (request) => headers.text(request),
    'job.refusedFile': ({ jobId, at }) => {
      const path = jobs.list().find(({ id }) => id === jobId)?.refused[at]?.path;
      if (path === undefined) throw new CallError('notFound', 'this line names no file');
      return { path };
    },
  };
}
