import { type DimseStatus, statusText } from '@shared/dicom';
import type { CommandSet, CommandValue } from '../command-set';
import type { AcceptedContext } from '../negotiation';
import type { DataSetConsumer } from '../storage-lane';
import type { ScuFailure } from './failure';

/** One DIMSE request of ours (PS3.7 9.3). Affected SOP class, command field, message id and data set type are added. */
export interface ScuRequest {
  readonly context: AcceptedContext;
  readonly commandField: number;
  readonly elements: readonly (readonly [element: number, value: CommandValue])[];
  /** How the command names the SOP class; absent: affected. N-ACTION names the requested one (PS3.7 10.1.4). */
  readonly namesClassAs?: 'affected' | 'requested';
  /** Bytes as they go on the wire; pieces of even length, the last may be odd and is padded (PS3.5 A.5). */
  readonly dataSet?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Its Message ID (PS3.7 9.1), `FIRST_CHOSEN_ID` or above; absent: one below, by turns. */
  readonly messageId?: number;
  /** The system has taken all of the request: the answer is what is waited for now. */
  readonly onSent?: () => void;
  /** C-FIND, C-MOVE, C-GET: C-CANCEL-RQ is sent on abort. Others run to their end within the time to cancel. */
  readonly canCancel: boolean;
  /** Whether a pending response shows progress; absent: each does. */
  readonly isProgress?: (command: CommandSet) => boolean;
  /** C-STORE sub-operations of a C-GET. Absent: a request of the peer is answered "unrecognized operation". */
  readonly onRequest?: (context: AcceptedContext, command: CommandSet) => DataSetConsumer | undefined;
}

/** One response, checked: its message id, field and context are those of the request. */
export interface ScuResponse {
  readonly command: CommandSet;
  readonly status: number;
  readonly dataSet: Buffer | undefined;
}

/** `undefined`: the final response came. Otherwise why it never will: the outcome of the request is unknown (reliability O6). */
export type ExchangeEnd = ScuFailure | undefined;

/** PS3.4 C.4: both are pending (D6). */
export function isPending(status: number): boolean {
  return status === 0xff00 || status === 0xff01;
}

/** `PACS answered 0xA700 (Refused: out of resources): comment`. */
export function statusWords(name: string, status: DimseStatus, response: Pick<ScuResponse, 'command'>): string {
  const comment = response.command.errorComment;
  return `${name} answered ${statusText(status.code)} (${status.meaning})${comment === '' ? '.' : `: ${comment}`}`;
}

/** Neither success nor warning nor pending (PS3.7 Annex C): a peer may say so as soon as it has read the command. */
export function isRefusal(status: number): boolean {
  return status !== 0x0000 && !isPending(status) && status >> 12 !== 0xb && ![0x0001, 0x0107, 0x0116].includes(status);
}

/** Hands each response to `take` until it returns a result; then, and when the peer ends first, the exchange is closed in order. */
export async function takeUntil<T>(
  exchange: AsyncGenerator<ScuResponse, ExchangeEnd>,
  take: (response: ScuResponse) => T | undefined,
  ended: (end: ExchangeEnd) => T,
): Promise<T> {
  try {
    for (;;) {
      const next = await exchange.next();
      if (next.done) return ended(next.value);
      const result = take(next.value);
      if (result !== undefined) return result;
    }
  } finally {
    await exchange.return(undefined);
  }
}
