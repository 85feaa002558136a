import type { Channel } from './channel';

/** The part of a DOM or worker_threads `MessagePort` that is used; both have this shape. */
export interface EventPort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: string, listener: (event: object) => void): void;
  removeEventListener(type: string, listener: (event: object) => void): void;
  start(): void;
  close(): void;
}

/** The part of Electron's `MessagePortMain` that is used (main and utility process). It clones; it transfers ports only. */
export interface EmitterPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  off(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  off(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** Channel over a DOM or worker_threads port. Messages wait in the port until the first listener. */
export function channelOfEventPort(port: EventPort): Channel {
  return portChannel({
    post: (message, transfer) => port.postMessage(message, transfer),
    listen: (onMessage, onClose) => {
      const message = (event: object) => onMessage((event as { readonly data: unknown }).data);
      port.addEventListener('message', message);
      port.addEventListener('close', onClose);
      return () => {
        port.removeEventListener('message', message);
        port.removeEventListener('close', onClose);
      };
    },
    start: () => port.start(),
    close: () => port.close(),
  });
}

/** Channel over Electron's `MessagePortMain`. */
export function channelOfEmitterPort(port: EmitterPort): Channel {
  return portChannel({
    post: (message) => port.postMessage(message),
    listen: (onMessage, onClose) => {
      const message = (event: { data: unknown }) => onMessage(event.data);
      port.on('message', message);
      port.on('close', onClose);
      return () => {
        port.off('message', message);
        port.off('close', onClose);
      };
    },
    start: () => port.start(),
    close: () => port.close(),
  });
}

interface Wiring {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  listen(onMessage: (message: unknown) => void, onClose: () => void): () => void;
  start(): void;
  close(): void;
}

function portChannel(wiring: Wiring): Channel {
  const listeners = new Set<(message: unknown) => void>();
  const closers = new Set<() => void>();
  let started = false;
  let closed = false;

  const stop = wiring.listen((message) => {
    for (const listener of [...listeners]) listener(message);
  }, end);

  function end(): void {
    if (closed) return;
    closed = true;
    stop();
    for (const closer of [...closers]) closer();
  }

  return {
    post(message, transfer = []) {
      if (!closed) wiring.post(message, transfer);
    },
    onMessage(listener) {
      listeners.add(listener);
      if (!started) {
        started = true;
        wiring.start();
      }
      return () => listeners.delete(listener);
    },
    onClose(listener) {
      closers.add(listener);
      return () => closers.delete(listener);
    },
    close() {
      if (closed) return;
      end();
      wiring.close();
    },
  };
}
