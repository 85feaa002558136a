import { CallError, type Channel, FramePriority, type PixelReply, PixelRequest } from '@shared/contract';
import { frameMemory } from './frame-memory';
import type { PixelSource } from './types';

export interface ServePixelsOptions {
  /** Frames read at one time. More than a few only make the first one later. */
  readonly inFlight?: number;
  /** Requests that may wait; more are answered `busy`: a page that asks without end must not fill this process. */
  readonly maxWaiting?: number;
}

interface Waiting {
  readonly id: number;
  readonly request: Extract<PixelRequest, { instanceId: unknown }>;
}

const IN_FLIGHT = 4;
const MAX_WAITING = 10_000;

/**
 * Serves frames to one decode worker: the most urgent first, within one urgency in the order asked. Every request is
 * answered once, with bytes or an error value; a cancelled one is answered `cancelled` when it was still waiting or being
 * read. Ends with the channel. Returns its own end.
 */
export function servePixels(channel: Channel, source: PixelSource, options: ServePixelsOptions = {}): () => void {
  const queues = new Map<FramePriority, Waiting[]>(FramePriority.options.map((priority) => [priority, []]));
  const known = new Set<number>();
  const memory = frameMemory();
  let running = 0;
  let ended = false;

  /** Answers once; a late one of a cancelled request is nobody's. */
  function answer(reply: PixelReply): void {
    if (!known.delete(reply.id) || ended) return;
    channel.post(reply);
  }

  function fail(id: number, error: CallError): void {
    answer({ id, ok: false, error: error.toWire() });
  }

  function next(): Waiting | undefined {
    for (const queue of queues.values()) {
      const first = queue.shift();
      if (first !== undefined) return first;
    }
    return undefined;
  }

  function pump(): void {
    while (!ended && running < (options.inFlight ?? IN_FLIGHT)) {
      const waiting = next();
      if (waiting === undefined) return;
      running++;
      void serve(waiting).finally(() => {
        running--;
        pump();
      });
    }
  }

  async function serve({ id, request }: Waiting): Promise<void> {
    const loan = memory.loan();
    try {
      const { bytes, TransferSyntaxUID } = await source.frame(request.instanceId, request.frameIndex, loan.lend);
      answer({ id, ok: true, bytes, TransferSyntaxUID });
    } catch (error) {
      fail(id, error instanceof CallError ? error : new CallError('internal', 'the frame could not be read', { details: String(error) }));
    } finally {
      loan.end(); // a message is a copy
    }
  }

  function cancel(id: number): void {
    for (const queue of queues.values()) {
      const at = queue.findIndex((waiting) => waiting.id === id);
      if (at >= 0) queue.splice(at, 1);
    }
    fail(id, new CallError('cancelled', 'cancelled'));
  }

  const offMessage = channel.onMessage((raw) => {
    const parsed = PixelRequest.safeParse(raw);
    if (!parsed.success) {
      const id = (raw as { id?: unknown } | null)?.id;
      if (typeof id === 'number' && Number.isInteger(id) && !known.has(id)) {
        known.add(id);
        fail(id, new CallError('badRequest', 'the request for a frame does not parse'));
      }
      return;
    }
    const request = parsed.data;
    if ('cancel' in request) {
      cancel(request.cancel);
      return;
    }
    if (known.has(request.id)) return; // one answer per id: the first request stands
    known.add(request.id);
    if (known.size - running > (options.maxWaiting ?? MAX_WAITING)) {
      fail(request.id, new CallError('busy', 'too many frames are asked for at once'));
      return;
    }
    queues.get(request.priority)?.push({ id: request.id, request });
    pump();
  });
  const offClose = channel.onClose(end);

  function end(): void {
    if (ended) return;
    ended = true;
    offMessage();
    offClose();
    known.clear();
    for (const queue of queues.values()) queue.length = 0;
  }
  return end;
}
