/** Serves a built harness with the program's own policy: `node serve.mjs FOLDER PORT`. Tests only. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.map': 'application/json' };
const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default vue";

createServer((request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://local').pathname);
  readFile(join(process.argv[2] ?? '.', path === '/' ? '/index.html' : path)).then(
    (bytes) => {
      response.writeHead(200, {
        'Content-Type': types[extname(path)] ?? 'text/html',
        'Content-Security-Policy': policy,
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      });
      response.end(bytes);
    },
    () => response.writeHead(404).end(),
  );
}).listen(Number(process.argv[3] ?? 0), '127.0.0.1');
