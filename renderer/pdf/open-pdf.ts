import { AnnotationMode, getDocument, PDFWorker } from 'pdfjs-dist/legacy/build/pdf.mjs';

export interface OpenedPdf {
  readonly pages: number;
  /** Width and height of a page (from 1) at scale 1, in CSS pixels. */
  size(page: number): Promise<{ readonly width: number; readonly height: number }>;
  /** Draws a page into a canvas, whose size it sets. Rejects when the page cannot be drawn, or when it takes too long. */
  draw(page: number, canvas: HTMLCanvasElement, scale: number): Promise<void>;
  close(): void;
}

const MAX_PAGES = 5000;
/** Pixels of one page: 8192 x 4096. */
const MAX_PIXELS = 2 ** 25;
const MAX_IMAGE_PIXELS = 2 ** 26;
const OPEN_MS = 30_000;
const DRAW_MS = 30_000;

/**
 * Opens a PDF. It is parsed in a worker of its own and drawn to a canvas: no script of it is run (the library's script sandbox is not even shipped), no form,
 * link or attachment is made live, nothing is fetched. Rejects in words; a worker that hangs is ended.
 */
export async function openPdf(bytes: Uint8Array<ArrayBuffer>): Promise<OpenedPdf> {
  const port = new Worker(new URL('./pdf.worker.ts', import.meta.url), { type: 'module', name: 'pdf' });
  const worker = PDFWorker.create({ port });
  const end = (): void => {
    worker.destroy();
    port.terminate();
  };
  try {
    const task = getDocument({
      data: bytes,
      worker,
      ownerDocument: document,
      enableXfa: false,
      stopAtErrors: false,
      maxImageSize: MAX_IMAGE_PIXELS,
      canvasMaxAreaInBytes: MAX_PIXELS * 4,
      disableAutoFetch: true,
      disableStream: true,
      cMapUrl: partUrl('cmaps'),
      cMapPacked: true,
      standardFontDataUrl: partUrl('standard_fonts'),
      wasmUrl: partUrl('wasm'),
      iccUrl: partUrl('iccs'),
      verbosity: 0,
    });
    const pdf = await within(task.promise, OPEN_MS, 'the document takes too long to open');
    const pageOf = (page: number) => within(pdf.getPage(page), OPEN_MS, 'the page takes too long to read');
    return {
      pages: Math.min(pdf.numPages, MAX_PAGES),
      async size(page) {
        const { width, height } = (await pageOf(page)).getViewport({ scale: 1 });
        return { width, height };
      },
      async draw(page, canvas, scale) {
        const one = await pageOf(page);
        const plain = one.getViewport({ scale });
        const fitting = Math.min(1, Math.sqrt(MAX_PIXELS / Math.max(1, plain.width * plain.height)));
        const viewport = one.getViewport({ scale: scale * fitting });
        canvas.width = Math.max(1, Math.floor(viewport.width));
        canvas.height = Math.max(1, Math.floor(viewport.height));
        const render = one.render({ canvas, viewport, annotationMode: AnnotationMode.ENABLE });
        try {
          await within(render.promise, DRAW_MS, 'the page takes too long to draw');
        } catch (error) {
          render.cancel();
          throw error;
        }
      },
      close: end,
    };
  } catch (error) {
    end();
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** Folder of our own files that the library reads by name. */
function partUrl(name: string): string {
  return new URL(`pdf/${name}/`, document.baseURI).href;
}

async function within<T>(work: Promise<T>, limitMs: number, words: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(words)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'PasswordException') return 'the document asks for a password';
  return error instanceof Error ? error.message : 'no reason given';
}
