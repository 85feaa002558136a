/**
 * The stock Server of dcmjs-dimse as its README shows it, in a process of its own (some of its faults end the process): what the guard is for.
 * Answers `{kind:'listening', port}`, and to each message with what the library has seen.
 */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import { dimseLibrary } from '../../electron/services/dimse/library';

const { Server, Scp, constants, responses } = dimseLibrary();
type ScpInstance = InstanceType<typeof Scp>;

export interface StockSeen {
  readonly kind: 'seen';
  readonly stores: number;
  readonly echoes: number;
  readonly connections: number;
  readonly unendedStreams: number;
  readonly rssBytes: number;
}

const seen = { stores: 0, echoes: 0 };
const streams = new Set<Writable>();
const failWrites = process.argv[2] === 'fail-writes';

class StockScp extends Scp {
  override associationRequested(requested: Parameters<ScpInstance['associationRequested']>[0]): void {
    for (const { id } of requested.getPresentationContexts()) {
      const context = requested.getPresentationContext(id);
      context.setResult(constants.PresentationContextResult.Accept, context.getTransferSyntaxUids()[0]);
    }
    this.sendAssociationAccept();
  }
  override createStoreWritableStream(...args: Parameters<ScpInstance['createStoreWritableStream']>): Writable {
    if (process.argv[2] === undefined) return super.createStoreWritableStream(...args);
    const stream = new Writable({
      write: (_chunk, _encoding, callback) => {
        callback(failWrites ? new Error('ENOSPC') : null);
      },
    });
    streams.add(stream);
    return stream;
  }
  override cEchoRequest(request: Parameters<ScpInstance['cEchoRequest']>[0], callback: Parameters<ScpInstance['cEchoRequest']>[1]): void {
    seen.echoes++;
    const response = responses.CEchoResponse.fromRequest(request);
    response.setStatus(constants.Status.Success);
    callback(response);
  }
  override cStoreRequest(request: Parameters<ScpInstance['cStoreRequest']>[0], callback: Parameters<ScpInstance['cStoreRequest']>[1]): void {
    seen.stores++;
    const response = responses.CStoreResponse.fromRequest(request);
    response.setStatus(constants.Status.Success);
    callback(response);
  }
  override cFindRequest(request: Parameters<ScpInstance['cFindRequest']>[0], callback: Parameters<ScpInstance['cFindRequest']>[1]): void {
    const pending = responses.CFindResponse.fromRequest(request);
    const { Dataset } = dimseLibrary();
    pending.setDataset(new Dataset({ PatientName: 'X^Y' }));
    pending.setStatus(constants.Status.Pending);
    callback([pending]);
  }
  override associationReleaseRequested(): void {
    this.sendAssociationReleaseResponse();
  }
  override abort(): void {
    // Nothing: as the README's example.
  }
}

const probe = createServer().listen(0, '127.0.0.1', () => {
  const address = probe.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  probe.close(() => {
    const server = new Server(StockScp);
    server.listen(port, { associationTimeout: 200, pduTimeout: 200 });
    const connections = (): number => (server as unknown as { clients: { socket: Socket }[] }).clients.filter(({ socket }) => !socket.destroyed).length;
    process.on('message', () => {
      const unendedStreams = [...streams].filter((stream) => !stream.writableEnded && !stream.destroyed).length;
      const state: StockSeen = { kind: 'seen', ...seen, connections: connections(), unendedStreams, rssBytes: process.memoryUsage.rss() };
      process.send?.(state);
    });
    setTimeout(() => process.send?.({ kind: 'listening', port }), 50);
  });
});
process.on('disconnect', () => process.exit(0));
