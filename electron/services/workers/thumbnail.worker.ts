import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { type Codecs, createCodecs, needsCodecs } from '@shared/pixel';
import { runThumbnailTask, type ThumbnailTask } from '../thumbnails/thumbnail-task';

/** Decodes frames and makes them small, off the services' thread. */
function serve(): void {
  const port = parentPort;
  if (port === null) throw new Error('The thumbnail worker runs as a worker thread only');
  let codecs: Promise<Codecs> | undefined;
  port.on('message', (task: ThumbnailTask) => {
    void answer(task).then((outcome) => port.postMessage(outcome, outcome.ok ? [outcome.rgb.buffer] : []));
  });

  async function answer(task: ThumbnailTask) {
    try {
      const needed = needsCodecs(task.frame.TransferSyntaxUID);
      if (needed) codecs ??= loadCodecs();
      return runThumbnailTask(task, needed ? await codecs : undefined);
    } catch (error) {
      codecs = undefined;
      return { ok: false as const, reason: error instanceof Error ? error.message : 'the decoder failed' };
    }
  }
}

/** The bundler puts the codecs' file beside this script. */
async function loadCodecs(): Promise<Codecs> {
  const bytes = await readFile(join(import.meta.dirname, 'dcmjs-native-codecs.wasm'));
  return await createCodecs(new Uint8Array(bytes).buffer);
}

serve();
