import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import { TLS_PROFILE, type TlsMaterial } from './material';

const READ_BYTES = 2 ** 18;

/**
 * Opens the transport to a peer: plain TCP, or TLS where there is material, and never one for the other. The peer's certificate must lead to a trusted authority and be
 * made out to the host that is called (name, or address in its subject alternative names), or to the `name` that stands for it. `connected` is told when bytes of
 * DICOM may go; `take` gets those that come, good until it returns: plain ones stand in memory that is used again (`readIntoShared` tells why).
 */
export function openTransport(
  { host, port, name = host }: { readonly host: string; readonly port: number; readonly name?: string | undefined },
  material: TlsMaterial | undefined,
  connected: () => void,
  take: (bytes: Buffer) => void,
): Socket {
  if (material === undefined) {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const callback = (length: number): boolean => {
      take(buffer.subarray(0, length));
      return true;
    };
    const socket = connectPlain({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000, onread: { buffer, callback } });
    socket.on('connect', connected);
    return socket;
  }
  const { ca, certificate, key, onPeer } = material;
  const socket = connectTls({
    ...TLS_PROFILE,
    host,
    port,
    // RFC 6066: a name, never an address
    ...(isIP(name) === 0 ? { servername: name } : {}),
    rejectUnauthorized: true,
    checkServerIdentity: (_host, presented) => checkServerIdentity(name, presented),
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  });
  socket.on('data', take);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);
  socket.on('secureConnect', () => {
    onPeer?.(Date.parse(socket.getPeerCertificate().valid_to));
    connected();
  });
  return socket;
}
