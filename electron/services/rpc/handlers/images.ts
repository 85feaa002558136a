import type { Handlers } from '@shared/contract';
import { imageLuts, presentationState, presentationStates } from '../../pixel';
import type { ServiceParts } from '../service-parts';

type ImageHandlers = Pick<Handlers<'services'>, 'image.luts' | 'presentation.list' | 'presentation.get'>;

export function imageHandlers({ cache, index }: ServiceParts): ImageHandlers {
  return {
    'image.luts': ({ instanceId }) => imageLuts(cache, instanceId),
    'presentation.list': ({ StudyInstanceUID }) => presentationStates(cache, index, StudyInstanceUID),
    'presentation.get': async ({ instanceId }) => ({ state: await presentationState(cache, instanceId) }),
  };
}
