import type { ImageFrame } from '@shared/domain';
import { onMounted, onScopeDispose, type Ref, ref, watch } from 'vue';
import { useThumbnails } from '../../stores';
import { drawPicture } from './draw-picture';

export type PictureOf = Pick<ImageFrame, 'instanceId' | 'frameIndex' | 'tile'>;

export interface PictureParts {
  readonly canvas: Ref<HTMLCanvasElement | undefined>;
  /** The image; undefined: there is none to show. */
  wanted(): PictureOf | undefined;
  /** Whom the picture belongs to: that of another is taken off at once, one of the same stays until the next is here. */
  owner(): string | number;
  /** Runs it when it is time for it; returns what takes it back. At once when absent. */
  soon?(load: () => void): () => void;
  /** Resolves when a picture that is here may be drawn. At once when absent. */
  turn?(): Promise<void>;
}

/** Puts the small picture of an image onto a canvas, and drops what came for an earlier one. `failed`: why there is none, in words. */
export function usePicture({ canvas, wanted, owner, soon, turn }: PictureParts): { readonly failed: Ref<string>; readonly drawn: Ref<boolean> } {
  const thumbnails = useThumbnails();
  const failed = ref('');
  const drawn = ref(false);
  let controller: AbortController | undefined;
  let takeBack: (() => void) | undefined;

  function clear(): void {
    const element = canvas.value;
    element?.getContext('2d')?.clearRect(0, 0, element.width, element.height);
    drawn.value = false;
    failed.value = '';
  }

  async function load(): Promise<void> {
    controller?.abort();
    const image = wanted();
    if (image === undefined) return;
    const mine = new AbortController();
    controller = mine;
    failed.value = '';
    try {
      const picture = await thumbnails.get(image, mine.signal);
      await turn?.();
      const context = canvas.value?.getContext('2d');
      if (mine.signal.aborted || context === undefined || context === null) return;
      drawPicture(context, picture);
      drawn.value = true;
    } catch (error) {
      if (!mine.signal.aborted) failed.value = error instanceof Error ? error.message : String(error);
    }
  }

  const key = (): string => {
    const image = wanted();
    return image === undefined ? '' : `${image.instanceId}:${image.frameIndex}:${image.tile?.number ?? ''}`;
  };
  // Once it is on the page: `soon` may look where it stands.
  onMounted(() =>
    watch(
      () => [key(), owner()] as const,
      ([, now], before) => {
        // What is under way is for another image by now.
        controller?.abort();
        takeBack?.();
        if (before !== undefined && before[1] !== now) clear();
        if (soon === undefined) void load();
        else takeBack = soon(() => void load());
      },
      { immediate: true, flush: 'post' },
    ),
  );
  onScopeDispose(() => {
    takeBack?.();
    controller?.abort();
  });
  return { failed, drawn };
}
