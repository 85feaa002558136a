/**
 * What lies between a page and the main process. Types only: the sandboxed preload takes no schema library along, so it
 * names the channels by these literal types and main parses what comes (`HostCallMessage`).
 */

/** IPC channels between preload and main. `call` is the one for calls served by main. */
export interface HostChannels {
  readonly call: 'host:call';
  readonly connect: 'host:connect';
  readonly pixelPorts: 'host:pixel-ports';
  /** Main to preload, with ports or without: a `HostMessage`, handed to the page unchanged. */
  readonly message: 'host:message';
}

/** Name under which the preload exposes the bridge in the page's world. */
export type HostBridgeName = 'alternatorHost';

/** Functions of the preload. Plain cloned data goes through, no object with behaviour. */
export interface HostBridge {
  /** A call served by main; answers the reply envelope without its id. */
  call(name: string, request: unknown): Promise<unknown>;
  /** The page listens: main hands out a port to the services now, and a new one each time they were restarted. */
  connect(): void;
  /** Asks for ports for decode workers; they come as one `HostMessage` with this request id. */
  requestPixelPorts(requestId: number, count: number): void;
  /** Path of a dropped or chosen file; empty when it has none. */
  pathForFile(file: unknown): string;
}

/** What the page receives by `window.postMessage` from the preload, with `ports` where ports are handed over. */
export type HostMessage =
  | { readonly alternator: 'services-port' }
  | { readonly alternator: 'pixel-ports'; readonly requestId: number; readonly problem?: string }
  | { readonly alternator: 'services-state'; readonly state: 'restarting' | 'failed'; readonly attempt: number }
  | { readonly alternator: 'event'; readonly event: string; readonly payload: unknown };

/** Most pixel ports that one window may have asked for at once. */
export const MAX_PIXEL_PORTS = 16;
