import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CallError, inProcessChannel } from '@shared/contract';
import { InstanceId, type PixelFormat } from '@shared/domain';
import { createPixelSource, servePixels } from '../../../electron/services/pixel';
import type { Cache } from '../../../electron/services/cache';
import type { InstanceAttributes } from '../../../electron/services/part10';
import { createDecodeCore } from '../../../renderer/workers/decode-core';
import type { FromDecodeWorker } from '../../../renderer/imaging';
import { nodeCodecs } from '../../support/codecs';

const FORMAT: PixelFormat = {
  Rows: 3,
  Columns: 4,
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  BitsAllocated: 16,
  BitsStored: 12,
  HighBit: 11,
  PixelRepresentation: 1,
};
const HEAD_BYTES = 100;
const FRAMES = 3;

/** An object of three native frames, as the cache would hand it out. */
function cacheWith(TransferSyntaxUID: string, dataSet: Uint8Array, inflatedBytes = dataSet.length): Pick<Cache, 'locate' | 'readRange'> {
  const attributes = { TransferSyntaxUID, NumberOfFrames: FRAMES, image: { format: FORMAT } } as unknown as InstanceAttributes;
  return {
    locate(instanceId) {
      if (instanceId !== 5) throw new CallError('notFound', 'no such object');
      const pixel = { kind: 'native', element: 'PixelData', offset: HEAD_BYTES, length: inflatedBytes - HEAD_BYTES } as const;
      return { attributes, pixel, sizeBytes: dataSet.length, location: { path: '', offset: 0, length: dataSet.length } };
    },
    readRange: async (_instanceId, offset, length) => await Promise.resolve(dataSet.subarray(offset, offset + length)),
  };
}

/** Signed 12 bit values with rubbish above: frame f, pixel p holds (-1) ** p * (f * 100 + p). */
function pixels(): Int16Array {
  return Int16Array.from({ length: FRAMES * 12 }, (_, index) => (index % 2 === 0 ? 1 : -1) * (Math.floor(index / 12) * 100 + (index % 12)));
}

function dataSetOf(bigEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + FRAMES * 24);
  const view = new DataView(bytes.buffer);
  pixels().forEach((value, index) => view.setUint16(HEAD_BYTES + index * 2, (value & 0x0fff) | 0x5000, !bigEndian));
  return bytes;
}

function connect(cache: Pick<Cache, 'locate' | 'readRange'>) {
  const [worker, services] = inProcessChannel();
  servePixels(services, createPixelSource(cache));
  const messages: FromDecodeWorker[] = [];
  const core = createDecodeCore((message) => messages.push(message), nodeCodecs);
  core.usePort(worker);
  return { core, messages, services };
}

async function until(messages: readonly FromDecodeWorker[], kind: FromDecodeWorker['kind'], count = 1): Promise<void> {
  for (let round = 0; round < 200 && messages.filter((message) => message.kind === kind).length < count; round++)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a frame on its way from the cache into shared memory', () => {
  it.each([
    ['1.2.840.10008.1.2.1', false],
    ['1.2.840.10008.1.2', false],
    ['1.2.840.10008.1.2.2', true],
  ])('arrives exactly, in its place only (%s)', async (TransferSyntaxUID, bigEndian) => {
    const { core, messages } = connect(cacheWith(TransferSyntaxUID, dataSetOf(bigEndian)));
    const buffer = new SharedArrayBuffer(FRAMES * 24);
    const frame = { instanceId: InstanceId.parse(5), frameIndex: 1, TransferSyntaxUID, format: FORMAT };
    core.load({ kind: 'load', job: 1, frame, priority: 'visible', target: { buffer, byteOffset: 48 } });
    await until(messages, 'loaded');
    expect(messages).toEqual([{ kind: 'loaded', job: 1 }]);
    expect([...new Int16Array(buffer)]).toEqual([...new Array<number>(24).fill(0), ...pixels().subarray(12, 24)]);
  });

  it('that does not exist is an error value in words', async () => {
    const { core, messages } = connect(cacheWith('1.2.840.10008.1.2.1', dataSetOf(false)));
    const target = { buffer: new SharedArrayBuffer(24), byteOffset: 0 };
    const frame = { instanceId: InstanceId.parse(5), frameIndex: 3, TransferSyntaxUID: '1.2.840.10008.1.2.1', format: FORMAT };
    core.load({ kind: 'load', job: 1, frame, priority: 'visible', target });
    core.load({ kind: 'load', job: 2, frame: { ...frame, instanceId: InstanceId.parse(6) }, priority: 'visible', target });
    await until(messages, 'failed', 2);
    expect([...messages].sort((left, right) => ('job' in left && 'job' in right ? left.job - right.job : 0))).toEqual([
      { kind: 'failed', job: 1, code: 'notFound', reason: 'the object has 3 frames, asked for number 4' },
      { kind: 'failed', job: 2, code: 'notFound', reason: 'no such object' },
    ]);
  });

  it('finds its codecs loaded when they were asked for beforehand, and asks again when that failed', async () => {
    let loads = 0;
    const core = createDecodeCore(
      () => undefined,
      async () => {
        if (++loads === 1) throw new Error('not yet');
        return await nodeCodecs();
      },
    );
    core.warm();
    await new Promise((resolve) => setTimeout(resolve, 0));
    core.warm();
    core.warm();
    await nodeCodecs();
    await new Promise((resolve) => setTimeout(resolve, 0));
    core.warm();
    expect(loads).toBe(2);
  });

  it('of a deflated object is inflated on its way, and a damaged one says so', async () => {
    const syntax = '1.2.840.10008.1.2.1.99';
    const whole = deflateRawSync(dataSetOf(false));
    for (const [dataSet, expected] of [
      [whole, { kind: 'loaded', job: 1 }],
      [whole.subarray(0, whole.length - 20), { kind: 'failed', job: 1, code: 'corrupt', reason: 'the deflated object does not inflate' }],
    ] as const) {
      const { core, messages } = connect(cacheWith(syntax, new Uint8Array(dataSet), dataSetOf(false).length));
      const frame = { instanceId: InstanceId.parse(5), frameIndex: 0, TransferSyntaxUID: syntax, format: FORMAT };
      core.load({ kind: 'load', job: 1, frame, priority: 'visible', target: { buffer: new SharedArrayBuffer(24), byteOffset: 0 } });
      await until(messages, expected.kind);
      expect(messages.at(-1)).toEqual(expected);
    }
  });

  it('is lost, not failed, when the services go away, and the worker says that its port is gone', async () => {
    const { core, messages, services } = connect(cacheWith('1.2.840.10008.1.2.1', dataSetOf(false)));
    services.close();
    const frame = { instanceId: InstanceId.parse(5), frameIndex: 0, TransferSyntaxUID: '1.2.840.10008.1.2.1', format: FORMAT };
    core.load({ kind: 'load', job: 1, frame, priority: 'visible', target: { buffer: new SharedArrayBuffer(24), byteOffset: 0 } });
    await until(messages, 'portLost');
    expect(messages).toEqual([{ kind: 'failed', job: 1, code: 'disconnected', reason: 'the services went away' }, { kind: 'portLost' }]);
  });
});
