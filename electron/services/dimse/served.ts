import type { CommandSet, CommandValue } from './command-set';
import type { AcceptedContext } from './negotiation';
import type { SendObject } from './send-object';
import type { AssociationFacts } from './types';

/** A request of a peer, with its data set whole (undefined: longer than any message of its kind). */
export interface ServedRequest {
  readonly context: AcceptedContext;
  readonly command: CommandSet;
  readonly dataSet: Buffer | undefined;
}

/** A response, the last one or a pending one. */
export interface Reply {
  readonly status: number;
  /** Error Comment: cut to 64 characters. */
  readonly comment?: string;
  readonly elements?: readonly (readonly [element: number, value: CommandValue])[];
  readonly dataSet?: Buffer;
}

/** What came of a C-STORE that we sent on the association of the peer (a sub-operation of its C-GET). */
export type SubOperation = 'completed' | 'warning' | 'failed' | 'ended';

export interface FindOptions {
  /** Keys of any level without the unique keys above them. */
  readonly isRelational: boolean;
  /** Date and time ranges are one. */
  readonly isCombined: boolean;
}

/** The peer of an association, as a service sees it. */
export interface Peer {
  readonly association: AssociationFacts;
  reply(request: ServedRequest, reply: Reply): void;
  /** Resolves when the peer takes more, or the association is over. */
  drained(): Promise<void>;
  /** What was negotiated for queries of this class (PS3.4 C.5.1.1). */
  findOptions(sopClass: string): FindOptions;
  /** Sends an object to the peer on this association: only where it is the SCP of the class (PS3.7 D.3.3.4). `failed` also when no context takes it as it is kept. */
  store(object: SendObject): Promise<SubOperation>;
}

/**
 * Serves whole requests. Gives the final response before its promise resolves, unless `signal` says that the association is over; `isCancelled` of a C-CANCEL is the
 * reason of the signal then. Rejections become 0x0110.
 */
export interface Service {
  serve(request: ServedRequest, peer: Peer, signal: AbortSignal): Promise<void>;
}

/** Reason of the signal when the peer sent C-CANCEL; any other: the association is over. */
export const CANCELLED_BY_PEER = 'C-CANCEL';
