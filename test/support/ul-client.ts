import { connect, type Socket } from 'node:net';
import { encodeAssociateRq, type OurIdentity, type ProposedContext } from '../../electron/services/dimse/association-items';
import { encodeCommandSet, type CommandValue } from '../../electron/services/dimse/command-set';
import { encodePData } from '../../electron/services/dimse/pdu';

/** A PDU as it came, or the end of the connection. */
export type Heard = { readonly kind: 'pdu'; readonly type: number; readonly body: Buffer } | { readonly kind: 'closed' };

export const CT = '1.2.840.10008.5.1.4.1.1.2';
export const VERIFICATION = '1.2.840.10008.1.1';
export const ILE = '1.2.840.10008.1.2';
export const ELE = '1.2.840.10008.1.2.1';

/** A bare socket that speaks whatever the test wants and cuts what comes back into PDUs. */
export class UlClient {
  private pendingBytes: Buffer = Buffer.alloc(0);
  private readonly heard: Heard[] = [];
  private wake: (() => void) | undefined;
  isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.pendingBytes = Buffer.concat([this.pendingBytes, chunk]);
      while (this.pendingBytes.length >= 6) {
        const end = 6 + this.pendingBytes.readUInt32BE(2);
        if (this.pendingBytes.length < end) break;
        this.tell({ kind: 'pdu', type: this.pendingBytes[0] ?? 0, body: this.pendingBytes.subarray(6, end) });
        this.pendingBytes = this.pendingBytes.subarray(end);
      }
    });
    socket.on('error', () => undefined);
    socket.on('end', () => {
      this.tell({ kind: 'closed' });
      this.isClosed = true;
      // A test that asked for a half-open connection wants to go on sending.
      if (!socket.allowHalfOpen) socket.destroy();
    });
    socket.on('close', () => {
      if (!this.isClosed) this.tell({ kind: 'closed' });
      this.isClosed = true;
    });
  }

  static open(port: number, options: { allowHalfOpen?: boolean; localAddress?: string } = {}): Promise<UlClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true, ...options });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new UlClient(socket));
      });
    });
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next PDU or the end; fails when nothing comes for `ms`. */
  async next(ms = 5000): Promise<Heard> {
    const first = this.heard.shift();
    if (first) return first;
    if (this.isClosed) return { kind: 'closed' };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`nothing heard for ${String(ms)} ms`));
      }, ms);
    });
    const news = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    await Promise.race([news, late]);
    clearTimeout(timer);
    return this.next(ms);
  }

  /** What was heard, as short text: `AC`, `RJ(1,1,7)`, `ABORT(2,6)`, `RP`, `PDATA`, `closed`. */
  async nextText(ms?: number): Promise<string> {
    return heardText(await this.next(ms));
  }

  async associate(options: Partial<AssociateOptions> = {}): Promise<Heard> {
    this.send(associateRq(options));
    return this.next();
  }

  close(): void {
    this.socket.destroy();
  }

  private tell(heard: Heard): void {
    this.heard.push(heard);
    this.wake?.();
  }
}

export function heardText(heard: Heard): string {
  if (heard.kind === 'closed') return 'closed';
  const { type, body } = heard;
  const codes = [...body.subarray(1)].map(String);
  switch (type) {
    case 1:
      return 'RQ';
    case 2:
      return 'AC';
    case 3:
      return `RJ(${codes.join(',')})`;
    case 4:
      return 'PDATA';
    case 5:
      return 'RQ-REL';
    case 6:
      return 'RP';
    case 7:
      return `ABORT(${codes.slice(1).join(',')})`;
    default:
      return `type ${String(type)}`;
  }
}

export const testIdentity: OurIdentity = { implementationClassUid: '2.25.1', implementationVersion: 'RAW', maxLength: 65_536 };

export interface AssociateOptions {
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly contexts: readonly ProposedContext[];
  readonly us: OurIdentity;
}

export function associateRq(options: Partial<AssociateOptions> = {}): Buffer {
  return encodeAssociateRq({
    calledAeTitle: 'ALTERNATOR',
    callingAeTitle: 'RAW',
    contexts: [
      { id: 1, abstractSyntax: CT, transferSyntaxes: [ELE] },
      { id: 3, abstractSyntax: VERIFICATION, transferSyntaxes: [ILE] },
    ],
    us: testIdentity,
    ...options,
  });
}

type Elements = readonly (readonly [number, CommandValue])[];

/** C-STORE-RQ elements; `change` replaces (undefined: takes away) single ones. */
export function storeCommand(messageId = 1, change: Readonly<Record<number, CommandValue | undefined>> = {}): Elements {
  return changed(
    [
      [0x0002, CT],
      [0x0100, 0x0001],
      [0x0110, messageId],
      [0x0700, 0],
      [0x0800, 0x0001],
      [0x1000, '1.2.3.4.5'],
    ],
    change,
  );
}

export function echoCommand(messageId = 1, change: Readonly<Record<number, CommandValue | undefined>> = {}): Elements {
  return changed(
    [
      [0x0002, VERIFICATION],
      [0x0100, 0x0030],
      [0x0110, messageId],
      [0x0800, 0x0101],
    ],
    change,
  );
}

function changed(elements: Elements, change: Readonly<Record<number, CommandValue | undefined>>): Elements {
  const map = new Map<number, CommandValue | undefined>([...elements]);
  for (const [element, value] of Object.entries(change)) map.set(Number(element), value);
  return [...map].flatMap(([element, value]) => (value === undefined ? [] : [[element, value] as const])).sort((a, b) => a[0] - b[0]);
}

export function commandPdu(contextId: number, elements: Elements): Buffer {
  return encodePData(contextId, true, encodeCommandSet(elements), 65_536);
}

export function dataPdu(contextId: number, bytes: Uint8Array): Buffer {
  return encodePData(contextId, false, bytes, 65_536);
}

/** One P-DATA-TF with the given values; a length may lie. */
export function rawPData(values: readonly { contextId: number; control: number; bytes: Uint8Array; length?: number }[]): Buffer {
  const parts = values.map(({ contextId, control, bytes, length }) => {
    const header = Buffer.alloc(6);
    header.writeUInt32BE(length ?? bytes.length + 2);
    header[4] = contextId;
    header[5] = control;
    return Buffer.concat([header, bytes]);
  });
  return pdu(4, Buffer.concat(parts));
}

export function pdu(type: number, body: Uint8Array, announced = body.length): Buffer {
  const header = Buffer.of(type, 0, 0, 0, 0, 0);
  header.writeUInt32BE(announced, 2);
  return Buffer.concat([header, body]);
}

export interface ResponseRead {
  readonly commandField: number;
  readonly messageId: number;
  readonly status: number;
  readonly comment: string;
}

/** The response command set in a P-DATA-TF of one fragment. */
export function readResponse(heard: Heard): ResponseRead {
  if (heard.kind !== 'pdu' || heard.type !== 4) throw new Error(`no response but ${heardText(heard)}`);
  const set = heard.body.subarray(6);
  const values = new Map<number, Buffer>();
  for (let at = 0; at + 8 <= set.length;) {
    const length = set.readUInt32LE(at + 4);
    values.set(set.readUInt16LE(at + 2), set.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  const us = (element: number): number => values.get(element)?.readUInt16LE(0) ?? -1;
  return { commandField: us(0x0100), messageId: us(0x0120), status: us(0x0900), comment: values.get(0x0902)?.toString('latin1').trim() ?? '' };
}
