import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong with the bytes of one direction. */
export interface DirectionFault {
  /** Each piece waits so long. */
  readonly delayMs?: number;
  /** So many bytes at a time, a turn of the event loop each. */
  readonly dripBytes?: number;
  /** The connection ends after so many bytes. */
  readonly cutAfter?: number;
  readonly how?: 'fin' | 'rst';
  /** This direction alone ends after so many bytes; the other one goes on. */
  readonly endAfter?: number;
  /** One bit of this byte comes wrong: what TCP's checksum misses. */
  readonly flipAt?: number;
  /** The piece in which this byte stands comes twice. */
  readonly repeatAt?: number;
  /** The piece in which this byte stands comes after the next one. */
  readonly swapAt?: number;
}

export interface ConnectionFault {
  readonly toServer?: DirectionFault;
  readonly toClient?: DirectionFault;
}

export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
}

/** A wire that misbehaves: `faultOf` says how, for each connection counted from 1; undefined passes everything. */
export async function faultProxy(to: number, faultOf: (connection: number) => ConnectionFault | undefined): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const fault = faultOf(++connections) ?? {};
    const peer = connect({ port: to, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    for (const socket of [client, peer]) {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    }
    const end = (how: 'fin' | 'rst'): void => {
      for (const socket of [client, peer]) {
        if (how === 'rst') socket.resetAndDestroy();
        else socket.destroy();
      }
    };
    void pump(client, peer, fault.toServer ?? {}, end);
    void pump(peer, client, fault.toClient ?? {}, end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pump(from: Socket, to: Socket, fault: DirectionFault, end: (how: 'fin' | 'rst') => void): Promise<void> {
  let passed = 0;
  let heldBack: Buffer | undefined;
  const isAt = (at: number | undefined, piece: Buffer): boolean => at !== undefined && at >= passed && at < passed + piece.length;
  try {
    for await (const chunk of from) {
      for (const piece of pieces(chunk as Buffer, fault.dripBytes)) {
        if (fault.delayMs !== undefined || fault.dripBytes !== undefined) await sleep(fault.delayMs ?? 0);
        if (fault.cutAfter !== undefined && passed + piece.length >= fault.cutAfter) {
          await write(to, piece.subarray(0, fault.cutAfter - passed));
          end(fault.how ?? 'fin');
          return;
        }
        if (fault.endAfter !== undefined && passed + piece.length >= fault.endAfter) {
          await write(to, piece.subarray(0, Math.max(0, fault.endAfter - passed)));
          passed += piece.length;
          to.end();
          continue;
        }
        if (isAt(fault.flipAt, piece)) flip(piece, (fault.flipAt ?? 0) - passed);
        const isRepeated = isAt(fault.repeatAt, piece);
        const isSwapped = isAt(fault.swapAt, piece);
        passed += piece.length;
        if (isSwapped) heldBack = piece;
        else {
          await write(to, piece);
          if (isRepeated) await write(to, piece);
          if (heldBack !== undefined) await write(to, heldBack);
          heldBack = undefined;
        }
      }
    }
    if (heldBack !== undefined) await write(to, heldBack);
  } catch {
    // one side is gone: so is the other
  }
  to.end();
}

function flip(piece: Buffer, at: number): void {
  piece[at] = (piece[at] ?? 0) ^ (1 << (at % 8));
}

function pieces(chunk: Buffer, bytes = chunk.length): Buffer[] {
  return Array.from({ length: Math.ceil(chunk.length / bytes) }, (_, index) => chunk.subarray(index * bytes, (index + 1) * bytes));
}

async function write(to: Socket, bytes: Buffer): Promise<void> {
  if (bytes.length === 0 || !to.writable || to.write(bytes)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      to.off('drain', done).off('close', done);
      resolve();
    };
    to.on('drain', done).on('close', done);
  });
}
