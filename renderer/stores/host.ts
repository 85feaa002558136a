import type { CallName, CallOptions, CallRequest, CallResponse, EventName, EventPayload } from '@shared/contract';
import { inject, type InjectionKey } from 'vue';

/** `restarting`: the services process is gone and main starts it again; `failed`: it could not be started. */
export type ConnectionState = 'connecting' | 'ready' | 'restarting' | 'failed';

/** What the stores need of the host: a `HostConnection` of `renderer/host` is one; tests give their own. */
export interface StationHost {
  call<N extends CallName>(name: N, request: CallRequest<N>, options?: CallOptions): Promise<CallResponse<N>>;
  /** Listeners survive a reconnect. Returns the unsubscriber. */
  on<N extends EventName>(event: N, listener: (payload: EventPayload<N>) => void): () => void;
  readonly state: ConnectionState;
  onState(listener: (state: ConnectionState) => void): () => void;
  /** Connected again, or events were missed: what is shown must be asked for again. */
  onReconnected(listener: () => void): () => void;
  /** Absolute path of a dropped or chosen file; empty when the file has none. */
  pathForFile(file: File): string;
}

export const hostKey: InjectionKey<StationHost> = Symbol('station host');

/** The host that the application was made with. Throws when a store is used outside such an application. */
export function useHost(): StationHost {
  const host = inject(hostKey);
  if (host === undefined) throw new Error('no station host was provided to the application');
  return host;
}

/** For what is read at the start and not asked for again: services that are slow to start are waited for. */
export const UNTIL_ANSWERED: CallOptions = { timeoutMs: 0 };
