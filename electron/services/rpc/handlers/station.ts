import type { Handlers } from '@shared/contract';
import { demoInput } from '../../sync';
import type { ServiceParts } from '../service-parts';

type StationHandlers = Pick<
  Handlers<'services'>,
  'cache.status' | 'quarantine.list' | 'index.rebuild' | 'import.start' | 'demo.start' | 'job.list' | 'job.cancel' | 'settings.get' | 'settings.set'
>;

export function stationHandlers({ cache, jobs, settings, env }: ServiceParts): StationHandlers {
  return {
    'cache.status': () => cache.status(),
    'quarantine.list': () => ({ items: cache.quarantineList() }),
    'index.rebuild': () => ({ jobId: jobs.start('rebuildIndex', {}).id }),
    'import.start': ({ paths }) => ({ jobId: jobs.start('import', { paths }).id }),
    'demo.start': () => ({ jobId: jobs.start('demo', demoInput(env.clock)).id }),
    'job.list': () => ({ jobs: jobs.list() }),
    'job.cancel': ({ jobId }) => {
      jobs.cancel(jobId);
      return {};
    },
    'settings.get': ({ name }) => settings.get(name),
    'settings.set': ({ name, value }) => {
      settings.set(name, value);
      return {};
    },
  };
}
