import type { CallName, CallOptions, CallRequest, CallResponse, EventName, EventPayload } from '@shared/contract';

/**
 * `connecting`: the first port has not come yet. `ready`: calls go straight to the services. `restarting`: the services went
 * away, main starts them again. `failed`: they cannot start (another program holds the data folder, ...); a notice says why.
 */
export type HostState = 'connecting' | 'ready' | 'restarting' | 'failed';

/** The page's one connection to the rest of the program. */
export interface HostConnection {
  readonly state: HostState;
  /** Told at every change, not at once. Returns its unsubscriber. */
  onState(listener: (state: HostState) => void): () => void;
  /**
   * A call of the contract, to the services or to main as the contract says. A call made while not ready waits for the port,
   * within its time-out. When the services die, idempotent calls are asked again after the restart, all others fail `disconnected`.
   */
  call<N extends CallName>(name: N, request: CallRequest<N>, options?: CallOptions): Promise<CallResponse<N>>;
  /** Events of services and main alike; stays subscribed over restarts. */
  on<N extends EventName>(event: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** What is shown may be stale: the services were restarted or events were missed. Ask for it again. Pixel ports are dead after a restart. */
  onReconnected(listener: () => void): () => void;
  /** New ports to services/pixel, one for each decode worker (transfer them). Waits for the services; rejects with a CallError. */
  pixelPorts(count: number): Promise<MessagePort[]>;
  /** Path on disk of a dropped file, for `import.start`; empty when it has none. */
  pathForFile(file: File): string;
  close(): void;
}
