import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Codecs } from '@shared/pixel';
import { decodeFrame } from '@shared/pixel';
import { InstanceId } from '@shared/domain';
import { inProcessChannel } from '@shared/contract';
import { createDecodeCore, type DecodeCore } from '../../../renderer/workers/decode-core';
import { WARM_FRAMES } from '../../../renderer/workers/warm-frames';
import { nodeCodecs } from '../../support/codecs';
import { warmFormat, warmFrame, warmSamples } from '../../support/warm-picture';

const turns = (count: number): Promise<void> => new Promise((done) => (count === 0 ? done() : setTimeout(() => void turns(count - 1).then(done))));

/** Codecs that write down what they were given. */
function counting(codecs: Codecs): { codecs: Codecs; decoded: string[] } {
  const decoded: string[] = [];
  return { decoded, codecs: { ...codecs, decode: (decoder, encoded, shape) => (decoded.push(decoder), codecs.decode(decoder, encoded, shape)) } };
}

const JPEG_LS = '1.2.840.10008.1.2.4.80';

function jpegLs(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(WARM_FRAMES.find(({ TransferSyntaxUID }) => TransferSyntaxUID === JPEG_LS)?.bytes ?? '', 'base64'));
}

function load(): Parameters<DecodeCore['load']>[0] {
  return {
    kind: 'load',
    job: 1,
    frame: { instanceId: InstanceId.parse(1), frameIndex: 0, TransferSyntaxUID: JPEG_LS, format: warmFormat(16) },
    priority: 'visible',
    target: { buffer: new SharedArrayBuffer(2048), byteOffset: 0 },
  };
}

describe('frames that warm the codecs', () => {
  it('are what the encoder of the tests makes', async () => {
    const made = await Promise.all([
      warmFrame('Jpeg', 8, { lossy: true, quality: 90 }),
      warmFrame('Jpeg', 16, { predictor: 1 }),
      warmFrame('JpegLs', 16),
      warmFrame('Jpeg2000', 16),
      warmFrame('HtJpeg2000', 16),
    ]);
    expect(WARM_FRAMES.map(({ bytes }) => bytes)).toEqual(made);
  });

  it('are decoded as any other', async () => {
    const codecs = await nodeCodecs();
    for (const { bytes, format, TransferSyntaxUID } of WARM_FRAMES) {
      const decoded = decodeFrame(Buffer.from(bytes, 'base64'), format, TransferSyntaxUID, undefined, codecs);
      const bits = format.BitsAllocated === 8 ? 8 : 16;
      expect(format).toEqual(warmFormat(bits));
      expect(decoded).toMatchObject({ ok: true });
      if (bits === 16 && decoded.ok) expect(new Uint8Array(decoded.values.buffer)).toEqual(warmSamples(16));
    }
  });

  it('go through each codec until it is compiled well, also when one of them has run before', async () => {
    const { codecs, decoded } = counting(await nodeCodecs());
    const [ours, services] = inProcessChannel();
    const loaded = new Promise((done) => {
      const core = createDecodeCore(
        (message) => message.kind === 'loaded' && done(core),
        () => Promise.resolve(codecs),
      );
      core.usePort(ours);
      services.onMessage(() => services.post({ id: 1, ok: true, bytes: jpegLs(), TransferSyntaxUID: JPEG_LS }));
      core.load(load());
    });
    const core = (await loaded) as DecodeCore;
    expect(decoded).toEqual(['JpegLs']);
    core.warm();
    core.warm();
    await vi.waitFor(() => expect(decoded).toContain('HtJpeg2000'), { timeout: 20_000 });
    await turns(5);
    const counts = ['Jpeg', 'JpegLs', 'Jpeg2000', 'HtJpeg2000'].map((name) => decoded.filter((one) => one === name).length);
    expect(counts, 'two of JPEG, and the one that somebody wanted').toEqual([2, 101, 400, 1]);
  });

  it('stand back behind a frame that somebody wants, and are decoded when nobody wants one any more', async () => {
    const { codecs, decoded } = counting(await nodeCodecs());
    const core = createDecodeCore(
      () => undefined,
      () => Promise.resolve(codecs),
    );
    core.usePort(inProcessChannel()[0]);
    core.load(load());
    core.warm();
    await turns(8);
    expect(decoded).toEqual([]);
    core.cancel(1);
    await vi.waitFor(() => expect(decoded).toContain('Jpeg'), { timeout: 5000 });
  });

  it('leave the page its time to draw a frame that came long after it was asked for', async () => {
    const { codecs, decoded } = counting(await nodeCodecs());
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const core = createDecodeCore(
      () => undefined,
      () => Promise.resolve(codecs),
    );
    const [ours, services] = inProcessChannel();
    core.usePort(ours);
    core.load(load());
    core.warm();
    await vi.advanceTimersByTimeAsync(290);
    services.post({ id: 1, ok: true, bytes: jpegLs(), TransferSyntaxUID: JPEG_LS });
    await vi.advanceTimersByTimeAsync(200);
    expect(decoded).toEqual(['JpegLs']);
    await vi.advanceTimersByTimeAsync(400);
    expect(decoded).toContain('Jpeg');
  });
});
