import { pDataLength, writePData } from './pdu';

/** Where a message goes: an association of either side. */
export interface Outlet {
  readonly isOpen: boolean;
  /** A buffer of this length to write the next bytes into: one that is used again, where nothing of it is on its way any more. */
  frame?(length: number): Buffer;
  /** False: wait for `drained` before more. */
  send(bytes: Uint8Array): boolean;
  /** Resolves when more is taken, or the association is over. */
  drained(): Promise<void>;
}

/** A message on its way out. */
export interface OutgoingMessage {
  readonly contextId: number;
  /** Of the variable field, as the peer takes it. */
  readonly maxLength: number;
  readonly command: Buffer;
  /** Whole, or in pieces of even length but the last. */
  readonly dataSet: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** The peer takes nothing at the moment: told before each wait for it. */
  readonly onWait?: () => void;
  /** The last fragment is about to leave: what is answered before is no answer to all of it. */
  readonly onLast?: () => void;
}

/**
 * Sends a command set and its data set; the command goes with the first piece in one write (two small ones wait for each other: Nagle). Rejects with the error of
 * who reads the pieces: half a data set stands on the wire then, and only an abort says that it is none.
 */
export async function sendMessage(outlet: Outlet, message: OutgoingMessage): Promise<void> {
  const { contextId, maxLength, dataSet } = message;
  let command: Buffer | undefined = message.command;
  const write = (bytes: Uint8Array | undefined, isEnd: boolean): boolean => {
    const head = command;
    command = undefined;
    const length = (head === undefined ? 0 : pDataLength(head.length, maxLength)) + (bytes === undefined ? 0 : pDataLength(bytes.length, maxLength));
    const frame = outlet.frame?.(length) ?? Buffer.allocUnsafe(length);
    const at = head === undefined ? 0 : writePData(frame, 0, { contextId, isCommand: true, payload: head, maxLength, isEnd: true });
    if (bytes !== undefined) writePData(frame, at, { contextId, isCommand: false, payload: bytes, maxLength, isEnd });
    return outlet.send(frame);
  };
  if (dataSet === undefined || dataSet instanceof Uint8Array) {
    message.onLast?.();
    write(dataSet === undefined ? undefined : padded(dataSet), true);
    return;
  }
  // one piece is held back, so that the last fragment can say that it is the last
  let held: Uint8Array | undefined;
  for await (const piece of dataSet) {
    if (!outlet.isOpen) return;
    if (held !== undefined && !write(held, false)) {
      message.onWait?.();
      await outlet.drained();
    }
    held = piece;
  }
  message.onLast?.();
  write(padded(held ?? new Uint8Array(0)), true);
  message.onWait?.();
  await outlet.drained();
}

/** Fragments have even length (PS3.8 Annex E): an odd data set, which a deflated one can be, gets one zero (PS3.5 A.5). */
function padded(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1);
  even.set(bytes);
  return even;
}
