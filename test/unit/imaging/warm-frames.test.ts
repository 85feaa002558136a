import { describe, expect, it } from 'vitest';
import type { Codecs } from '@shared/pixel';
import { decodeFrame } from '@shared/pixel';
import { InstanceId } from '@shared/domain';
import { inProcessChannel } from '@shared/contract';
import { createDecodeCore } from '../../../renderer/workers/decode-core';
import { WARM_FRAMES } from '../../../renderer/workers/warm-frames';
import { nodeCodecs } from '../../support/codecs';
import { warmFormat, warmFrame, warmSamples } from '../../support/warm-picture';

const turns = (count: number): Promise<void> => new Promise((done) => (count === 0 ? done() : setTimeout(() => void turns(count - 1).then(done))));

/** Codecs that write down what they were given. */
function counting(codecs: Codecs): { codecs: Codecs; decoded: string[] } {
  const decoded: string[] = [];
  return { decoded, codecs: { ...codecs, decode: (decoder, encoded, shape) => (decoded.push(decoder), codecs.decode(decoder, encoded, shape)) } };
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

  it('go through each codec once, when nobody wants a frame', async () => {
    const { codecs, decoded } = counting(await nodeCodecs());
    const core = createDecodeCore(
      () => undefined,
      () => Promise.resolve(codecs),
    );
    core.warm();
    await turns(8);
    expect(decoded).toEqual(['Jpeg', 'Jpeg', 'JpegLs', 'Jpeg2000', 'HtJpeg2000']);
    core.warm();
    await turns(8);
    expect(decoded).toHaveLength(5);
  });

  it('stand back behind a frame that somebody wants', async () => {
    const { codecs, decoded } = counting(await nodeCodecs());
    const core = createDecodeCore(
      () => undefined,
      () => Promise.resolve(codecs),
    );
    core.usePort(inProcessChannel()[0]);
    core.load({
      kind: 'load',
      job: 1,
      frame: { instanceId: InstanceId.parse(1), frameIndex: 0, TransferSyntaxUID: '1.2.840.10008.1.2.4.80', format: warmFormat(16) },
      priority: 'visible',
      target: { buffer: new SharedArrayBuffer(2048), byteOffset: 0 },
    });
    core.warm();
    await turns(8);
    expect(decoded).toEqual([]);
  });
});
