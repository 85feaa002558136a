import { createServer, type Server, type Socket } from 'node:net';
import { encodeAssociateAc, parseAssociateRq, type AssociateRequest, type RoleSelection } from '../../electron/services/dimse/association-items';
import { encodeCommandSet, parseCommandSet, type CommandSet, type CommandValue } from '../../electron/services/dimse/command-set';
import { encodePData, encodeReleaseRp } from '../../electron/services/dimse/pdu';

/** What the acceptor answers; each part may lie. */
export interface AcceptOptions {
  readonly maxLength?: number;
  readonly accept?: (context: AssociateRequest['contexts'][number]) => { readonly result: 0 | 1 | 2 | 3 | 4; readonly transferSyntax?: string };
  readonly roles?: readonly RoleSelection[];
}

export interface HeardMessage {
  readonly contextId: number;
  readonly command: CommandSet;
  readonly dataSet: Buffer;
  /** Longest variable field of the P-DATA-TF PDUs that brought it. */
  readonly longestPdu: number;
}

/** One connection of a peer that does what a test says, right or wrong. */
export class PeerSide {
  private buffer: Buffer = Buffer.alloc(0);
  private readonly pdus: { type: number; body: Buffer }[] = [];
  private wake: (() => void) | undefined;
  private values: { contextId: number; isCommand: boolean; isLast: boolean; bytes: Buffer }[] = [];
  private longest = 0;
  isClosed = false;
  request: AssociateRequest | undefined;

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
      while (this.buffer.length >= 6) {
        const end = 6 + this.buffer.readUInt32BE(2);
        if (this.buffer.length < end) break;
        this.pdus.push({ type: this.buffer[0] ?? 0, body: this.buffer.subarray(6, end) });
        this.buffer = this.buffer.subarray(end);
      }
      this.wake?.();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.wake?.();
    });
  }

  send(bytes: Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  /** The next PDU; type 0 when the connection is closed. */
  async nextPdu(): Promise<{ type: number; body: Buffer }> {
    for (;;) {
      const pdu = this.pdus.shift();
      if (pdu) return pdu;
      if (this.isClosed) return { type: 0, body: Buffer.alloc(0) };
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  async associate(options: AcceptOptions = {}): Promise<AssociateRequest> {
    const { body } = await this.nextPdu();
    const request = parseAssociateRq(body);
    this.request = request;
    const answers = request.contexts.map((context) => {
      const { result, transferSyntax } = options.accept?.(context) ?? { result: 0 as const };
      return { id: context.id, result, abstractSyntax: context.abstractSyntax, transferSyntax: transferSyntax ?? context.transferSyntaxes[0] ?? '' };
    });
    const us = { implementationClassUid: '2.25.2', implementationVersion: 'SCRIPT', maxLength: options.maxLength ?? 65_536 };
    this.send(encodeAssociateAc(request, answers, us, options.roles ?? request.roles));
    return request;
  }

  /** The next whole message; undefined when something else than P-DATA came (`last` holds it). */
  last: { type: number; body: Buffer } = { type: 0, body: Buffer.alloc(0) };
  async message(): Promise<HeardMessage | undefined> {
    let command: Buffer | undefined;
    const parts: Buffer[] = [];
    const data: Buffer[] = [];
    let contextId = 0;
    for (;;) {
      const value = await this.nextValue();
      if (!value) return undefined;
      contextId = value.contextId;
      (value.isCommand ? parts : data).push(value.bytes);
      if (!value.isLast) continue;
      if (value.isCommand) command = Buffer.concat(parts);
      const parsed = command && parseCommandSet(command);
      if (!parsed || (value.isCommand && parsed.dataSetType !== 0x0101)) continue;
      const { longest } = this;
      this.longest = 0;
      return { contextId, command: parsed, dataSet: Buffer.concat(data), longestPdu: longest };
    }
  }

  private async nextValue(): Promise<PeerSide['values'][number] | undefined> {
    const first = this.values.shift();
    if (first) return first;
    this.last = await this.nextPdu();
    if (this.last.type !== 4) return undefined;
    const { body } = this.last;
    this.longest = Math.max(this.longest, body.length);
    for (let at = 0; at < body.length;) {
      const length = body.readUInt32BE(at);
      const control = body[at + 5] ?? 0;
      this.values.push({
        contextId: body[at + 4] ?? 0,
        isCommand: (control & 1) !== 0,
        isLast: (control & 2) !== 0,
        bytes: body.subarray(at + 6, at + 4 + length),
      });
      at += 4 + length;
    }
    return this.nextValue();
  }

  /** A response to `message`; elements replace the usual ones (undefined takes one away). */
  respond(
    message: HeardMessage,
    status: number,
    dataSet?: Uint8Array,
    change: Readonly<Record<number, CommandValue | undefined>> = {},
    contextId = message.contextId,
  ): void {
    const elements = new Map<number, CommandValue | undefined>([
      [0x0002, message.command.affectedSopClassUid],
      [0x0100, (message.command.commandField ?? 0) | 0x8000],
      [0x0120, message.command.messageId ?? 0],
      [0x0800, dataSet === undefined ? 0x0101 : 1],
      [0x0900, status],
      ...(message.command.affectedSopInstanceUid === '' ? [] : ([[0x1000, message.command.affectedSopInstanceUid]] as const)),
    ]);
    for (const [element, value] of Object.entries(change)) elements.set(Number(element), value);
    const list = [...elements].flatMap(([element, value]) => (value === undefined ? [] : [[element, value] as const])).sort((a, b) => a[0] - b[0]);
    this.send(encodePData(contextId, true, encodeCommandSet(list), 16_384));
    if (dataSet !== undefined) this.send(encodePData(contextId, false, dataSet, 16_384));
  }

  /** Answers releases until the connection ends. */
  async untilReleased(): Promise<'released' | 'aborted' | 'closed'> {
    for (;;) {
      const pdu = this.last.type === 5 || this.last.type === 7 ? this.last : await this.nextPdu();
      if (pdu.type === 5) {
        this.send(encodeReleaseRp());
        return 'released';
      }
      if (pdu.type === 7) return 'aborted';
      if (pdu.type === 0) return 'closed';
    }
  }
}

export interface ScriptedPeer extends AsyncDisposable {
  readonly port: number;
  readonly sides: PeerSide[];
  /** Results of the scripts, one for each connection. */
  readonly ends: Promise<unknown>[];
}

/** Listens on a free port and runs the script on each connection. */
export async function scriptedPeer(script: (side: PeerSide) => Promise<unknown>): Promise<ScriptedPeer> {
  const sides: PeerSide[] = [];
  const ends: Promise<unknown>[] = [];
  const server: Server = createServer({ noDelay: true }, (socket) => {
    const side = new PeerSide(socket);
    sides.push(side);
    const end = script(side);
    end.catch(() => socket.destroy());
    ends.push(end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    sides,
    ends,
    async [Symbol.asyncDispose]() {
      for (const side of sides) side.socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
