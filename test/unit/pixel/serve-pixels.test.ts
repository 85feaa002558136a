import { describe, expect, it } from 'vitest';
import { CallError, inProcessChannel, type PixelReply } from '@shared/contract';
import { servePixels, type FrameBytes, type PixelSource } from '../../../electron/services/pixel';

/** A source whose reads the test ends by hand. */
function handSource() {
  const reads: { readonly instanceId: number; settle(result: FrameBytes | Error): void }[] = [];
  const source: PixelSource = {
    frame: async (instanceId) =>
      await new Promise<FrameBytes>((resolve, reject) => {
        reads.push({ instanceId, settle: (result) => (result instanceof Error ? reject(result) : resolve(result)) });
      }),
  };
  return { reads, source };
}

function serve(options = {}) {
  const [page, services] = inProcessChannel();
  const { reads, source } = handSource();
  const replies: PixelReply[] = [];
  page.onMessage((message) => replies.push(message as PixelReply));
  servePixels(services, source, options);
  const ask = (id: number, instanceId: number, priority = 'rest') => page.post({ id, instanceId, frameIndex: 0, priority });
  return { page, reads, replies, ask };
}

const turn = async () => await new Promise((resolve) => setTimeout(resolve, 0));
const bytesOf = (value: number): FrameBytes => ({ bytes: Uint8Array.of(value), TransferSyntaxUID: '1.2.840.10008.1.2.1' });

describe('servePixels', () => {
  it('reads the most urgent first, no more at a time than it may', async () => {
    const { reads, replies, ask } = serve({ inFlight: 1 });
    ask(1, 10);
    ask(2, 20, 'neighbour');
    ask(3, 30, 'interaction');
    ask(4, 40, 'visible');
    ask(5, 50, 'interaction');
    await turn();
    for (let index = 0; index < 5; index++) {
      expect(reads).toHaveLength(index + 1);
      reads[index]?.settle(bytesOf(index));
      await turn();
    }
    expect(reads.map(({ instanceId }) => instanceId)).toEqual([10, 30, 50, 40, 20]);
    expect(replies.map(({ id }) => id)).toEqual([1, 3, 5, 4, 2]);
  });

  it('answers each request once: bytes, an error value, or cancelled', async () => {
    const { page, reads, replies, ask } = serve({ inFlight: 2 });
    ask(1, 10);
    ask(2, 20);
    ask(3, 30);
    await turn();
    page.post({ cancel: 3 }); // waiting
    page.post({ cancel: 2 }); // being read
    page.post({ cancel: 99 }); // nobody's
    await turn();
    reads[0]?.settle(new CallError('corrupt', 'digest does not match'));
    reads[1]?.settle(bytesOf(2));
    await turn();
    const answers = replies.map((reply) => [reply.id, reply.ok ? 'bytes' : reply.error.code]);
    expect(answers).toEqual([
      [3, 'cancelled'],
      [2, 'cancelled'],
      [1, 'corrupt'],
    ]);
    expect(reads).toHaveLength(2);
  });

  it('turns any other failure into an error value', async () => {
    const { reads, replies, ask } = serve();
    ask(1, 10);
    await turn();
    reads[0]?.settle(new Error('EIO'));
    await turn();
    expect(replies).toMatchObject([{ id: 1, ok: false, error: { code: 'internal' } }]);
  });

  it('refuses what does not parse, and more than may wait', async () => {
    const { page, replies, ask } = serve({ inFlight: 1, maxWaiting: 2 });
    page.post({ id: 7, instanceId: -1, frameIndex: 0, priority: 'rest' });
    page.post('nonsense');
    page.post(null);
    for (const id of [1, 2, 3, 4]) ask(id, id);
    await turn();
    expect(replies.map((reply) => [reply.id, reply.ok ? '' : reply.error.code])).toEqual([
      [7, 'badRequest'],
      [4, 'busy'],
    ]);
  });

  it('keeps reading nothing after its channel has closed', async () => {
    const { page, reads, replies, ask } = serve({ inFlight: 1 });
    ask(1, 10);
    ask(2, 20);
    await turn();
    page.close();
    await turn();
    reads[0]?.settle(bytesOf(1));
    await turn();
    expect(reads).toHaveLength(1);
    expect(replies).toHaveLength(0);
  });
});
