import { createReadStream } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { build } from 'vite';
import type { CornerstoneHarness } from '../cornerstone-harness/page';
import { type Program, type Runtime, startProgram } from './program';

type InPage = { harness: CornerstoneHarness };

export interface CornerstoneBench {
  /** A fresh Electron with Cornerstone3D in it; `run` gets its page's harness by `inPage`. */
  start(runtime: Runtime): Promise<Program>;
  /** URL under which a file of the folder is served. */
  urlOf(path: string): string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };
/** The page is isolated, so that its workers may share memory if they like. */
const HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cache-Control': 'no-store' };

/** Bundles the page with Cornerstone3D and serves it and the files of a folder on the loopback interface. */
export async function cornerstoneBench(scratch: string, folder: string): Promise<CornerstoneBench> {
  const root = resolve('test', 'support', 'cornerstone-harness');
  const built = join(scratch, 'cornerstone');
  await build({
    configFile: false,
    root,
    base: './',
    publicDir: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: built, emptyOutDir: true, target: 'chrome130', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = path.startsWith('/files/') ? join(folder, path.slice('/files/'.length)) : join(built, path === '/' ? 'index.html' : path);
    const stream = createReadStream(file);
    stream.once('open', () => {
      response.writeHead(200, { ...HEADERS, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
      stream.pipe(response);
    });
    stream.once('error', () => response.writeHead(404, HEADERS).end());
  });
  const address = await listen(server);
  return {
    async start(runtime) {
      const program = await startProgram(runtime, [root], { CORNERSTONE_URL: `${address}/` });
      await program.page.waitForFunction(() => 'harness' in globalThis, undefined, { timeout: 30_000 });
      return program;
    },
    urlOf: (path) => `${address}/files/${path.slice(folder.length + 1)}`,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

export function openInCornerstone({ page }: Program, urls: readonly string[]): Promise<{ firstMs: number; allMs: number; bytes: number }> {
  return page.evaluate((list) => (globalThis as unknown as InPage).harness.open(list), urls);
}

export function scrollInCornerstone({ page }: Program, steps: number): Promise<readonly number[]> {
  return page.evaluate((count) => (globalThis as unknown as InPage).harness.scroll(count), steps);
}

function listen(server: Server): Promise<string> {
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      done(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    }),
  );
}
