import { createServer, type Server } from 'node:tls';
import type { Socket } from 'node:net';
import { TLS_PROFILE, type TlsProvider } from './material';

/** How the node takes TLS, on a port of its own (PS3.15 B.12; 2762 is the registered one). */
export interface TlsListening {
  readonly port: number;
  readonly material: TlsProvider;
  /** `required`: who has no certificate of a trusted authority gets no association. */
  readonly clients: 'required' | 'anonymous';
}

export interface ListenerParts {
  readonly maxConnections: number;
  readonly keepAliveMs: number;
  readonly handshakeMs: number;
  onConnection(socket: Socket): void;
  /** A handshake that failed: nothing of DICOM was read. */
  onRefused(host: string, words: string): void;
}

/** A TLS server that is not listening yet; rejects in words when there is no usable certificate of ours. */
export async function createTlsListener({ material, clients }: TlsListening, parts: ListenerParts): Promise<Server> {
  const { ca, certificate, key } = await material();
  if (certificate === undefined || key === undefined) throw new Error('TLS needs a certificate and a key of this station.');
  if (clients === 'required' && ca === undefined) throw new Error('TLS with certificates of the callers needs the authorities that are trusted.');
  const server = createServer({
    ...TLS_PROFILE,
    ...(ca === undefined ? {} : { ca }),
    cert: certificate,
    key,
    requestCert: clients === 'required',
    rejectUnauthorized: clients === 'required',
    handshakeTimeout: parts.handshakeMs,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: parts.keepAliveMs,
  });
  server.maxConnections = parts.maxConnections;
  server.on('secureConnection', (socket) => parts.onConnection(socket));
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    parts.onRefused(socket.remoteAddress ?? '', error.code ?? error.message);
    // Node leaves that to us, a handshake that took too long among them
    socket.destroy();
  });
  return server;
}
