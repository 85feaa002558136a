import { calls, ReplyMessage } from '@shared/contract';
import { droppedMessages, goldenCalls, refusedCalls } from './wire-fixtures';

/** One end of a port that real services or a test double serve; raw messages, no client in between. */
export interface RawPort {
  post(message: unknown): Promise<void> | void;
  /** The reply with this id; rejects when none comes in time. */
  replyTo(id: number): Promise<unknown>;
}

export interface WireCheck {
  readonly behaviour: string;
  /** Throws when the port behaves otherwise. */
  run(port: RawPort): Promise<void>;
}

/** Ids far from those of the page's own client, which may share the port in Electron. */
const FIRST_ID = 1_000_000;
/** An answer to a refused call is short, whatever came in. */
const MAX_ERROR_CHARACTERS = 4000;

/** The contract at the level of messages: the same checks in plain Node, over worker ports, and over the real ports in Electron. */
export function wireChecks(): readonly WireCheck[] {
  let nextId = FIRST_ID;
  const ask = async (port: RawPort, name: unknown, request: unknown): Promise<ReplyMessage> => {
    const id = nextId++;
    await port.post(request === undefined ? { id, name } : { id, name, request });
    return ReplyMessage.parse(await port.replyTo(id));
  };
  const isAlive = async (port: RawPort): Promise<void> => {
    const reply = await ask(port, 'node.status', {});
    if (!reply.ok) throw new Error(`the port does not answer any more: ${reply.error.code}`);
  };

  return [
    ...goldenCalls.map(({ behaviour, name, request }) => ({
      behaviour,
      async run(port: RawPort) {
        const reply = await ask(port, name, request);
        if (!reply.ok) throw new Error(`refused with ${reply.error.code}: ${reply.error.message}`);
        calls[name].response.parse(reply.value);
      },
    })),
    ...refusedCalls.map(({ behaviour, name, request, code }) => ({
      behaviour: `refuses ${behaviour} with ${code}`,
      async run(port: RawPort) {
        const reply = await ask(port, name, request);
        if (reply.ok) throw new Error('it was answered as if it were good');
        if (reply.error.code !== code) throw new Error(`refused with ${reply.error.code} instead: ${reply.error.message.slice(0, 200)}`);
        if (JSON.stringify(reply.error).length > MAX_ERROR_CHARACTERS) throw new Error('the answer repeats what came in');
        await isAlive(port);
      },
    })),
    ...droppedMessages.map(({ behaviour, message }) => ({
      behaviour: `drops ${behaviour} and goes on`,
      async run(port: RawPort) {
        await port.post(message);
        await isAlive(port);
      },
    })),
  ];
}
