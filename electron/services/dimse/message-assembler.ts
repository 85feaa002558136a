import { abortCodes, type AbortCode } from './pdu';
import type { AcceptedContext } from './negotiation';
import type { DataSetConsumer } from './storage-lane';

export interface AssemblerParts {
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
  readonly maxCommandLength: number;
  /** A command set is whole. Returns who takes its data set; undefined when none follows. */
  command(context: AcceptedContext, bytes: Buffer): DataSetConsumer | undefined;
  abort(code: AbortCode, words: string): void;
}

interface Current {
  readonly context: AcceptedContext;
  readonly consumer: DataSetConsumer | undefined;
}

/**
 * Puts fragments together to messages (PS3.7 6.3, PS3.8 Annex E): a whole command set, then its data set, all on one
 * presentation context, never interleaved (B1, B4). Command sets are collected up to a limit, data sets pass through.
 */
export class MessageAssembler {
  private current: Current | undefined;
  private commandBytes = Buffer.alloc(512);
  private commandLength = 0;
  private isCommandFragment = false;
  private isLastFragment = false;

  constructor(private readonly parts: AssemblerParts) {}

  get insideMessage(): boolean {
    return this.current !== undefined;
  }

  /** False: the association has been aborted. */
  fragmentStart(contextId: number, isCommand: boolean, isLast: boolean, length: number): boolean {
    const problem = this.problemOf(contextId, isCommand, length);
    if (problem) {
      this.parts.abort(problem.code, problem.words);
      return false;
    }
    this.isCommandFragment = isCommand;
    this.isLastFragment = isLast;
    return true;
  }

  fragmentBytes(bytes: Uint8Array): void {
    if (!this.isCommandFragment) {
      this.current?.consumer?.write(bytes);
      return;
    }
    if (this.commandLength + bytes.length > this.commandBytes.length) {
      const grown = Buffer.alloc(Math.max(this.commandLength + bytes.length, this.commandBytes.length * 2));
      this.commandBytes.copy(grown, 0, 0, this.commandLength);
      this.commandBytes = grown;
    }
    this.commandBytes.set(bytes, this.commandLength);
    this.commandLength += bytes.length;
  }

  fragmentEnd(): void {
    if (!this.isLastFragment) return;
    const { current } = this;
    if (!current) return;
    if (!this.isCommandFragment) {
      this.current = undefined;
      current.consumer?.end();
      return;
    }
    const bytes = Buffer.from(this.commandBytes.subarray(0, this.commandLength));
    this.commandLength = 0;
    this.current = undefined;
    const consumer = this.parts.command(current.context, bytes);
    if (consumer) this.current = { context: current.context, consumer };
  }

  /** The association is over in the middle of a message. */
  end(): void {
    const consumer = this.current?.consumer;
    this.current = undefined;
    consumer?.abort();
  }

  private problemOf(contextId: number, isCommand: boolean, length: number): { code: AbortCode; words: string } | undefined {
    const invalid = (words: string): { code: AbortCode; words: string } => ({ code: abortCodes.invalidParameter, words });
    const context = this.parts.contexts.get(contextId);
    if (!context) return invalid('presentation data value on a context that was not accepted');
    if (length % 2 !== 0) return invalid('fragment of odd length');
    if (!this.current) {
      if (!isCommand) return { code: abortCodes.unexpectedPdu, words: 'data set without a command set' };
      this.current = { context, consumer: undefined };
    } else if (this.current.context !== context) {
      return invalid('fragments of two contexts interleaved');
    } else if (isCommand !== (this.current.consumer === undefined)) {
      return invalid('command set and data set interleaved');
    }
    if (isCommand && this.commandLength + length > this.parts.maxCommandLength) return invalid('command set too long');
    return undefined;
  }
}
