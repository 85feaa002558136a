import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { type Codecs, needsCodecs } from '@shared/pixel';
import { type DigestTask, runDigestTask } from '../thumbnails/digest-task';
import { thumbnailCodecs } from '../thumbnails/thumbnail-codecs';
import { runThumbnailTask, type ThumbnailTask } from '../thumbnails/thumbnail-task';

/** Decodes frames and makes them small, or digests what they decode to, off the services' thread. */
function serve(): void {
  const port = parentPort;
  if (port === null) throw new Error('The thumbnail worker runs as a worker thread only');
  let codecs: Promise<Codecs> | undefined;
  port.on('message', (task: ThumbnailTask | DigestTask) => {
    void answer(task).then((outcome) => port.postMessage(outcome, 'rgb' in outcome ? [outcome.rgb.buffer] : []));
  });

  async function answer(task: ThumbnailTask | DigestTask) {
    try {
      const needed = needsCodecs('frame' in task ? task.frame.TransferSyntaxUID : task.TransferSyntaxUID);
      if (needed) codecs ??= loadCodecs();
      const ready = needed ? await codecs : undefined;
      return 'frame' in task ? runThumbnailTask(task, ready) : runDigestTask(task, ready);
    } catch (error) {
      codecs = undefined;
      return { ok: false as const, reason: error instanceof Error ? error.message : 'the decoder failed' };
    }
  }
}

/** The bundler puts the codecs' file beside this script. */
async function loadCodecs(): Promise<Codecs> {
  const bytes = await readFile(join(import.meta.dirname, 'dcmjs-native-codecs.wasm'));
  return await thumbnailCodecs(new Uint8Array(bytes).buffer);
}

serve();
