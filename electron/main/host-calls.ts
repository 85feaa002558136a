import type { IpcMainInvokeEvent, WebContents } from 'electron';
import { type Actor, answerCall, CallError, type Handlers, type ServeOptions } from '@shared/contract';
import { z } from 'zod';
import type { MainLog } from './main-log';

const HostCall = z.object({ name: z.string(), request: z.unknown() });

export interface HostCallsParts {
  readonly handlersFor: (contents: WebContents) => Handlers<'main'>;
  readonly actorOf: (contents: WebContents) => Actor;
  readonly isOwnSender: (event: IpcMainInvokeEvent) => boolean;
  readonly log: MainLog;
}

/** The one handler of `host:call`: sender, shape, role, schema, then the handler; the answer is the reply envelope without its id. */
export function createHostCalls({ handlersFor, actorOf, isOwnSender, log }: HostCallsParts): (event: IpcMainInvokeEvent, raw: unknown) => Promise<unknown> {
  return async (event, raw) => {
    if (!isOwnSender(event)) {
      log.warn({}, 'refused a call of a foreign sender');
      return { ok: false, error: new CallError('denied', 'not a page of this program').toWire() };
    }
    const parsed = HostCall.safeParse(raw);
    if (!parsed.success) return { ok: false, error: new CallError('badRequest', 'not a call').toWire() };
    const options: ServeOptions<'main'> = {
      side: 'main',
      handlers: handlersFor(event.sender),
      report: (text, error) => log.error({ error: error instanceof Error ? error.message : undefined }, text),
    };
    return answerCall(options, actorOf(event.sender), parsed.data.name, parsed.data.request, new AbortController().signal);
  };
}
