import type { Handlers } from '@shared/contract';
import { imageLuts, presentationState, presentationStates } from '../../pixel';
import type { ServiceParts } from '../service-parts';

type ImageHandlers = Pick<Handlers<'services'>, 'image.luts' | 'image.viewed' | 'presentation.list' | 'presentation.get'>;

export function imageHandlers({ cache, index }: ServiceParts): ImageHandlers {
  return {
    'image.luts': ({ instanceId }) => imageLuts(cache, instanceId),
    'image.viewed': ({ images }) => {
      const frames = images.flatMap(({ instanceId, frameNumbers }) => {
        const attributes = index.instance(instanceId)?.attributes;
        // it may have left the cache meanwhile
        if (attributes === undefined) return [];
        const { SOPInstanceUID, StudyInstanceUID, NumberOfFrames } = attributes;
        return [{ SOPInstanceUID, StudyInstanceUID, NumberOfFrames, frameNumbers }];
      });
      index.objects.view(frames);
      return {};
    },
    'presentation.list': ({ StudyInstanceUID }) => presentationStates(cache, index, StudyInstanceUID),
    'presentation.get': async ({ instanceId }) => ({ state: await presentationState(cache, instanceId) }),
  };
}
