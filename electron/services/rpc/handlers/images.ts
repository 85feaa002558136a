import type { Handlers } from '@shared/contract';
import { imageLuts } from '../../pixel';
import type { ServiceParts } from '../service-parts';

type ImageHandlers = Pick<Handlers<'services'>, 'image.luts'>;

export function imageHandlers({ cache }: ServiceParts): ImageHandlers {
  return {
    'image.luts': ({ instanceId }) => imageLuts(cache, instanceId),
  };
}
