import type { ImageFrame } from '@shared/domain';
import { useHost } from './host';

export interface Picture {
  /** RGB, 3 bytes a pixel. */
  readonly rgb: Uint8Array;
  readonly size: number;
}

const SIZE = 64;

/** Small pictures, made by the services. */
export function useThumbnails() {
  const host = useHost();
  return {
    async get({ instanceId, frameIndex, tile }: Pick<ImageFrame, 'instanceId' | 'frameIndex' | 'tile'>, signal: AbortSignal): Promise<Picture> {
      const { rgb } = await host.call('image.thumbnail', { instanceId, frameIndex, ...(tile === undefined ? {} : { tile: tile.number }) }, { signal });
      return { rgb, size: SIZE };
    },
  };
}
