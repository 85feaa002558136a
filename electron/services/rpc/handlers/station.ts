import type { Handlers } from '@shared/contract';
import { demoInput } from '../../demo';
import type { ServiceParts } from '../service-parts';

type StationHandlers = Pick<
  Handlers<'services'>,
  | 'cache.status'
  | 'quarantine.list'
  | 'index.rebuild'
  | 'import.start'
  | 'demo.start'
  | 'job.list'
  | 'job.cancel'
  | 'job.pause'
  | 'job.resume'
  | 'job.retry'
  | 'job.markRead'
  | 'settings.get'
  | 'settings.set'
>;

export function stationHandlers({ cache, jobs, settings, env }: ServiceParts): StationHandlers {
  return {
    'cache.status': () => cache.status(),
    'quarantine.list': () => ({ items: cache.quarantineList() }),
    'index.rebuild': () => ({ jobId: jobs.start('rebuildIndex', {}).id }),
    'import.start': ({ paths }) => ({ jobId: jobs.start('import', { paths }).id }),
    'demo.start': () => ({ jobId: jobs.start('demo', demoInput(env.clock, env.options)).id }),
    'job.list': () => ({ jobs: jobs.list() }),
    'job.cancel': ({ jobId }) => {
      jobs.cancel(jobId);
      return {};
    },
    'job.pause': ({ jobId }) => {
      jobs.pause(jobId);
      return {};
    },
    'job.resume': ({ jobId }) => {
      jobs.unpause(jobId);
      return {};
    },
    'job.retry': ({ jobId }) => {
      jobs.retry(jobId);
      return {};
    },
    'job.markRead': ({ jobIds }) => {
      jobs.markRead(jobIds);
      return {};
    },
    'settings.get': ({ name }) => settings.get(name),
    'settings.set': ({ name, value }) => {
      settings.setByPage(name, value);
      return {};
    },
  };
}
