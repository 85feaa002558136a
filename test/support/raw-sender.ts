import { encodeAssociateRq, parseAssociateAc } from '../../electron/services/dimse/association-items';
import { encodeCommandSet } from '../../electron/services/dimse/command-set';
import { encodePData, encodeReleaseRq } from '../../electron/services/dimse/pdu';
import { heardText, readResponse, testIdentity, UlClient } from './ul-client';

/** One object to send: the data-set bytes go out exactly as they are. */
export interface RawObject {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  readonly TransferSyntaxUID: string;
  readonly dataSet: Buffer;
}

/** The object of a Part 10 file, or undefined when it has no File Meta Information (PS3.10 7.1). */
export function readPart10(file: Buffer): RawObject | undefined {
  if (file.length < 132 || file.toString('latin1', 128, 132) !== 'DICM') return undefined;
  const values = new Map<number, string>();
  let at = 132;
  while (at + 8 <= file.length && file.readUInt16LE(at) === 2) {
    const element = file.readUInt16LE(at + 2);
    const isLong = ['OB', 'UN', 'OW', 'SQ', 'UT', 'UR', 'UC'].includes(file.toString('latin1', at + 4, at + 6));
    if (isLong && at + 12 > file.length) return undefined;
    const length = isLong ? file.readUInt32LE(at + 8) : file.readUInt16LE(at + 6);
    const from = at + (isLong ? 12 : 8);
    values.set(element, file.toString('latin1', from, from + length).replace(/[\0 ]+$/, ''));
    at = from + length;
  }
  const [SOPClassUID, SOPInstanceUID, TransferSyntaxUID] = [values.get(2), values.get(3), values.get(0x10)];
  if (!SOPClassUID || !SOPInstanceUID || !TransferSyntaxUID || at > file.length) return undefined;
  return { SOPClassUID, SOPInstanceUID, TransferSyntaxUID, dataSet: file.subarray(at) };
}

export interface RawAnswer {
  readonly object: RawObject;
  readonly status: number;
  readonly comment: string;
}

export interface RawSendOptions {
  readonly port: number;
  readonly calledAeTitle?: string;
  readonly callingAeTitle?: string;
  /** Address of this computer to call from: associations of one address are capped. */
  readonly localAddress?: string;
  /** Called with each response the moment it is read: what was acknowledged, even when the peer dies a moment later. */
  readonly onAnswer?: (answer: RawAnswer) => void;
}

/** An open association with one context for each pair of SOP class and transfer syntax (at most 128). */
export class RawSender {
  private messageId = 0;
  private constructor(
    private readonly client: UlClient,
    private readonly contexts: ReadonlyMap<string, number>,
    private readonly maxLength: number,
  ) {}

  static async open(objects: readonly RawObject[], options: RawSendOptions): Promise<RawSender> {
    const pairs = new Map(objects.map((object) => [pairOf(object), object]));
    const contexts = [...pairs.values()].map((object, index) => ({
      id: index * 2 + 1,
      abstractSyntax: object.SOPClassUID,
      transferSyntaxes: [object.TransferSyntaxUID],
    }));
    const client = await UlClient.open(options.port, options.localAddress === undefined ? {} : { localAddress: options.localAddress });
    client.send(
      encodeAssociateRq({
        calledAeTitle: options.calledAeTitle ?? 'ALTERNATOR',
        callingAeTitle: options.callingAeTitle ?? 'RAW',
        contexts,
        us: testIdentity,
      }),
    );
    const heard = await client.next();
    if (heard.kind !== 'pdu' || heard.type !== 2) {
      client.close();
      throw new Error(`association: ${heardText(heard)}`);
    }
    const accept = parseAssociateAc(heard.body);
    const accepted = new Map(
      contexts
        .filter((context) => accept.contexts.some(({ id, result }) => id === context.id && result === 0))
        .map((context) => [`${context.abstractSyntax}|${context.transferSyntaxes[0] ?? ''}`, context.id] as const),
    );
    return new RawSender(client, accepted, Math.min(accept.maxLength || 65_536, 131_072));
  }

  /** Sends one object and waits for its response. Status -1: no context was accepted for it. */
  async store(object: RawObject): Promise<RawAnswer> {
    const contextId = this.contexts.get(pairOf(object));
    if (contextId === undefined) return { object, status: -1, comment: 'no accepted context' };
    this.messageId = (this.messageId % 0xffff) + 1;
    const command = encodeCommandSet([
      [0x0002, object.SOPClassUID],
      [0x0100, 0x0001],
      [0x0110, this.messageId],
      [0x0700, 0],
      [0x0800, 0x0001],
      [0x1000, object.SOPInstanceUID],
    ]);
    this.client.send(encodePData(contextId, true, command, this.maxLength));
    this.client.send(encodePData(contextId, false, object.dataSet, this.maxLength));
    const response = readResponse(await this.client.next(60_000));
    return { object, status: response.status, comment: response.comment };
  }

  async release(): Promise<void> {
    this.client.send(encodeReleaseRq());
    await this.client.next();
    this.client.close();
  }

  close(): void {
    this.client.close();
  }
}

/** Sends all objects, in associations of at most 128 pairs of SOP class and transfer syntax. */
export async function sendRaw(objects: readonly RawObject[], options: RawSendOptions): Promise<RawAnswer[]> {
  const answers: RawAnswer[] = [];
  let rest = [...objects];
  while (rest.length > 0) {
    const pairs = new Set<string>();
    const batch = rest.filter((object) => {
      if (pairs.size < 128 || pairs.has(pairOf(object))) pairs.add(pairOf(object));
      return pairs.has(pairOf(object));
    });
    rest = rest.filter((object) => !pairs.has(pairOf(object)));
    const sender = await RawSender.open(batch, options);
    try {
      for (const object of batch) {
        const answer = await sender.store(object);
        answers.push(answer);
        options.onAnswer?.(answer);
      }
      await sender.release();
    } finally {
      sender.close();
    }
  }
  return answers;
}

function pairOf(object: RawObject): string {
  return `${object.SOPClassUID}|${object.TransferSyntaxUID}`;
}
