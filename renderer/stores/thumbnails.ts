import type { ImageFrame } from '@shared/domain';
import { useHost } from './host';

export interface Picture {
  /** RGB, 3 bytes a pixel. */
  readonly rgb: Uint8Array;
  readonly size: number;
}

const SIZE = 64;

let underWay = 0;

/** How many small pictures are being made: what nobody looks at yet does not take the processor from them. */
export const thumbnailsUnderWay = (): number => underWay;

/** Small pictures, made by the services. */
export function useThumbnails() {
  const host = useHost();
  return {
    async get({ instanceId, frameIndex, tile }: Pick<ImageFrame, 'instanceId' | 'frameIndex' | 'tile'>, signal: AbortSignal): Promise<Picture> {
      underWay++;
      try {
        const { rgb } = await host.call('image.thumbnail', { instanceId, frameIndex, ...(tile === undefined ? {} : { tile: tile.number }) }, { signal });
        return { rgb, size: SIZE };
      } finally {
        underWay--;
      }
    },
  };
}
