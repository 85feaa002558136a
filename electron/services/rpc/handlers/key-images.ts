import type { Handlers, keyImageCalls } from '@shared/contract';
import type { ServiceParts } from '../service-parts';

type KeyImageHandlers = Pick<Handlers<'services'>, keyof typeof keyImageCalls>;

export function keyImageHandlers({ keyImages }: ServiceParts): KeyImageHandlers {
  return {
    'keyImages.get': ({ StudyInstanceUID }) => ({ keyImages: keyImages.of(StudyInstanceUID) }),
    'keyImages.mark': ({ marked, ...choice }, { actor }) => ({ keyImages: keyImages.mark(choice, marked, actor.user) }),
    'keyImages.undo': ({ StudyInstanceUID }, { actor }) => ({ keyImages: keyImages.undo(StudyInstanceUID, actor.user) }),
    'keyImages.redo': ({ StudyInstanceUID }, { actor }) => ({ keyImages: keyImages.redo(StudyInstanceUID, actor.user) }),
    'keyImages.finish': async ({ StudyInstanceUID, ...choice }, { actor }) => {
      const SOPInstanceUID = await keyImages.finish(StudyInstanceUID, choice, actor.user);
      return { SOPInstanceUID, keyImages: keyImages.of(StudyInstanceUID) };
    },
  };
}
