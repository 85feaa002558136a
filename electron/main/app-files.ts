import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { APP_HOST, APP_SCHEME, PAGE_HEADERS } from './security/page-policy';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.pfb': 'application/octet-stream',
  '.bcmap': 'application/octet-stream',
  '.icc': 'application/octet-stream',
};

/** Address path to file, of everything that lies in the folder now: the allow-list of the app scheme (checklist point 18). */
export function listAppFiles(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile() && Object.hasOwn(contentTypes, extname(entry.name))) files.set(`/${relative(folder, path).split(sep).join('/')}`, path);
    }
  }
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  return files;
}

/** Answers one request of the app scheme. Names are looked up, never joined into a path; what is not listed does not exist. */
export async function answerAppRequest(files: ReadonlyMap<string, string>, request: { readonly url: string; readonly method: string }): Promise<Response> {
  const url = parseUrl(request.url);
  if (url === undefined || url.protocol !== `${APP_SCHEME}:` || url.host !== APP_HOST) return refuse(404);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const path = files.get(url.pathname);
  if (path === undefined) return refuse(404);
  const body = await readFile(path);
  const type = contentTypes[extname(path)] ?? 'application/octet-stream';
  return new Response(new Uint8Array(body), { status: 200, headers: { ...PAGE_HEADERS, 'Content-Type': type } });
}

function refuse(status: number): Response {
  return new Response('', { status, headers: { ...PAGE_HEADERS, 'Content-Type': 'text/plain' } });
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
