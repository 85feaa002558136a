import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface RedirectParts {
  /** `state` of the request: nothing without it ends the wait. */
  readonly state: string;
  readonly timeoutMs: number;
  /** Brings the user to the sign-in page, once the answer can be heard at this address. */
  open(redirectUri: string): void;
}

const PATH = '/signed-in';
const MOST_SOCKETS = 8;
const REQUEST_MS = 5000;

/**
 * Hears the answer of a sign-in on loopback (RFC 8252 7.3): 127.0.0.1 and any free port, one path, GET alone, called by its own address (a name that leads here is refused), with
 * the state of this request. Closed when it has come, or after `timeoutMs`. Rejects with an Error in words.
 */
export async function hearRedirect({ state, timeoutMs, open }: RedirectParts, signal: AbortSignal): Promise<URL> {
  let heard: (url: URL) => void = () => undefined;
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, maxHeaderSize: 16_384 }, (request, response) => {
    const url = ownUrl(request, host);
    if (url === undefined || url.pathname !== PATH || request.method !== 'GET') return answer(response, 404, 'Nothing is here.');
    if (url.searchParams.get('state') !== state) return answer(response, 400, 'This answer does not belong to the sign-in that Alternator waits for.');
    answer(
      response,
      200,
      url.searchParams.has('code') ? 'You can close this page and go back to Alternator.' : 'The sign-in ended without access. Alternator says why.',
    );
    heard(url);
  });
  server.maxConnections = MOST_SOCKETS;
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`no port on this computer can hear the answer (${error.message})`)));
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const host = `127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
  try {
    return await new Promise<URL>((resolve, reject) => {
      heard = resolve;
      const limit = AbortSignal.timeout(timeoutMs);
      limit.addEventListener('abort', () => reject(new Error('nobody signed in in time')), { once: true });
      signal.addEventListener('abort', () => reject(new Error('the sign-in was cancelled')), { once: true });
      if (signal.aborted) reject(new Error('the sign-in was cancelled'));
      else open(`http://${host}${PATH}`);
    });
  } finally {
    server.close();
    // the page that says so has been written: `Connection: close` lets it leave
    setTimeout(() => server.closeAllConnections(), 500).unref();
  }
}

/** Undefined: called under another name than its own. */
function ownUrl({ headers, url }: IncomingMessage, host: string): URL | undefined {
  if (headers.host !== host || url === undefined || !url.startsWith('/')) return undefined;
  try {
    return new URL(url, `http://${host}`);
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Alternator</title><body style="background:#0d0e10;color:#d6d9dd;font:15px system-ui;padding:48px"><p>${text}</p></body></html>`,
  );
}
