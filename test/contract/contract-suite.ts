import { calls, type CallName } from '@shared/contract';
import { z } from 'zod';
import { golden, negative, noise } from './fixtures';

/** One end of a port to running services, whatever it is made of. */
export interface Wire {
  post(message: unknown): Promise<void> | void;
  /** The reply with this id; rejects when none comes within 10 s. */
  reply(id: number): Promise<unknown>;
}

export interface ContractCase {
  readonly title: string;
  /** Throws when the services do not hold to the contract. `ids` are free to use. */
  readonly run: (wire: Wire, nextId: () => number) => Promise<void>;
}

const Failure = z.object({ id: z.int(), ok: z.literal(false), error: z.object({ code: z.string(), message: z.string().min(1) }) });
const Success = z.object({ id: z.int(), ok: z.literal(true), value: z.unknown() });

/**
 * What every way to the services must keep, as data: the same cases run in plain Node over an in-process channel and a worker's port, and in
 * Electron over the port that main hands to the page.
 */
export const contractCases: readonly ContractCase[] = [
  ...golden.map(({ name, request }): ContractCase => ({
    title: `answers ${name} in its own shape`,
    run: (wire, nextId) => expectValue(wire, nextId(), name, request),
  })),
  ...negative.map(({ why, name, request, code }): ContractCase => ({
    title: `refuses ${why} (${name === '' ? 'no name' : name}) as ${code}`,
    run: (wire, nextId) => expectFailure(wire, nextId(), name, request, code),
  })),
  {
    title: 'drops what is no call and goes on',
    run: async (wire, nextId) => {
      for (const message of noise) await wire.post(message);
      await expectValue(wire, nextId(), 'node.status', {});
    },
  },
  {
    title: 'answers each of 200 calls that wait at once, exactly once',
    run: async (wire, nextId) => {
      const ids = Array.from({ length: 200 }, nextId);
      const replies = ids.map((id) => wire.reply(id));
      for (const id of ids) await wire.post({ id, name: 'node.status', request: {} });
      for (const reply of await Promise.all(replies)) Success.parse(reply);
    },
  },
  {
    title: 'answers a call that was cancelled, with a value or as cancelled',
    run: async (wire, nextId) => {
      const id = nextId();
      const reply = wire.reply(id);
      await wire.post({ id, name: 'node.echo', request: { aeTitle: 'NOBODY', host: '127.0.0.1', port: 1 } });
      await wire.post({ cancel: id });
      const answer = await reply;
      if (!Success.safeParse(answer).success && Failure.parse(answer).error.code !== 'cancelled')
        throw new Error(`a cancelled call ended as ${JSON.stringify(answer)}`);
    },
  },
];

async function expectValue(wire: Wire, id: number, name: CallName, request: unknown): Promise<void> {
  const reply = wire.reply(id);
  await wire.post({ id, name, request });
  const answer = Success.safeParse(await reply);
  if (!answer.success) throw new Error(`${name} failed: ${JSON.stringify(await reply)}`);
  calls[name].response.parse(answer.data.value);
}

async function expectFailure(wire: Wire, id: number, name: string, request: unknown, code: string): Promise<void> {
  const reply = wire.reply(id);
  await wire.post({ id, name, request });
  const answer = Failure.safeParse(await reply);
  if (!answer.success) throw new Error(`was answered: ${JSON.stringify(await reply)}`);
  if (answer.data.error.code !== code) throw new Error(`${answer.data.error.code} instead of ${code}: ${answer.data.error.message}`);
}
