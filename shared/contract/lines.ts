import type { Channel } from './channel';

/** The part of a stream socket that is used: text in both directions. */
export interface LineSocket {
  write(text: string): unknown;
  on(event: 'data', listener: (text: string) => void): unknown;
  on(event: 'close' | 'error', listener: () => void): unknown;
  destroy(): unknown;
}

/** Longest line that is taken, characters: far above every call of the contract, and a bound for whoever sends no line end. */
const MOST_CHARACTERS = 64 * 2 ** 20;

/** Channel over a socket of UTF-8 text (`setEncoding('utf8')`), one JSON message a line. Anything else on the line ends it. */
export function channelOfLines(socket: LineSocket, mostCharacters = MOST_CHARACTERS): Channel {
  const listeners = new Set<(message: unknown) => void>();
  const closers = new Set<() => void>();
  const early: unknown[] = [];
  let parts: string[] = [];
  let length = 0;
  let closed = false;

  const end = (): void => {
    if (closed) return;
    closed = true;
    socket.destroy();
    for (const closer of [...closers]) closer();
  };
  const deliver = (line: string): void => {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      end();
      return;
    }
    if (listeners.size === 0) early.push(message);
    for (const listener of [...listeners]) listener(message);
  };
  socket.on('data', (text) => {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0 && !closed; at = text.indexOf('\n', from)) {
      const line = parts.length === 0 ? text.slice(from, at) : parts.join('') + text.slice(from, at);
      parts = [];
      length = 0;
      from = at + 1;
      deliver(line);
    }
    if (from === text.length || closed) return;
    parts.push(text.slice(from));
    length += text.length - from;
    if (length > mostCharacters) end();
  });
  socket.on('close', end);
  socket.on('error', end);

  return {
    post(message) {
      if (!closed) socket.write(`${JSON.stringify(message)}\n`);
    },
    onMessage(listener) {
      listeners.add(listener);
      for (const message of early.splice(0)) listener(message);
      return () => listeners.delete(listener);
    },
    onClose(listener) {
      closers.add(listener);
      return () => closers.delete(listener);
    },
    close: end,
  };
}
