import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { OpenIdProvider } from './openid-provider';

export interface GuardedArchive {
  readonly url: string;
  /** Tokens that it takes no more. */
  readonly refused: Set<string>;
  /** Token of each request, in order; empty: none. */
  readonly seen: string[];
  close(): Promise<void>;
}

/** A DICOMweb service that answers to valid tokens of the provider alone: with nothing, or with what the one at `behind` (root of an HTTP server) says. */
export async function guardedArchive(provider: () => Pick<OpenIdProvider, 'isValid'>, behind?: string): Promise<GuardedArchive> {
  const seen: string[] = [];
  const refused = new Set<string>();
  const server: Server = createServer((request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    seen.push(token);
    void provider()
      .isValid(token)
      .then((known) => known && !refused.has(token))
      .then((valid) => {
        if (valid && behind !== undefined) passOn(behind, request, response);
        else response.writeHead(valid ? 200 : 401, { 'Content-Type': 'application/dicom+json' }).end(valid ? '[]' : '');
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}/dicom-web`,
    seen,
    refused,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passOn(behind: string, request: IncomingMessage, response: ServerResponse): void {
  const { authorization: _token, host: _host, ...headers } = request.headers;
  const asked = ask(`${behind}${request.url ?? ''}`, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  asked.on('error', () => response.destroy());
  request.pipe(asked);
}
