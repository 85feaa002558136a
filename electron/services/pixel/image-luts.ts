import { CallError } from '@shared/contract';
import { transferSyntax } from '@shared/dicom';
import type { ImageLuts, InstanceId } from '@shared/domain';
import type { Cache } from '../cache';
import { type DataSetReader, readImageLuts } from '../part10';
import { readImageDrawings } from '../presentation';
import { createInflatedObjects } from './inflated-objects';
import { rawCellsOf } from './raw-cells';

type Objects = Pick<Cache, 'locate' | 'readRange'>;

/** Modality and VOI LUTs of an object in the cache and what lies over its picture. Rejects with a CallError where the object is not here or has no picture. */
export async function imageLuts(cache: Objects, instanceId: InstanceId): Promise<ImageLuts> {
  const { attributes } = cache.locate(instanceId);
  const { TransferSyntaxUID, image, NumberOfFrames } = attributes;
  if (image === undefined) throw new CallError('cannotDecode', 'the object has no picture');
  const reader = await dataSetReader(cache, instanceId);
  const luts = await readImageLuts(reader, { TransferSyntaxUID, image });
  if (image.extras === undefined) return luts;
  const cells = rawCellsOf(cache, instanceId, image.format);
  const drawings = await readImageDrawings(reader, { TransferSyntaxUID, image, numberOfFrames: Math.max(1, NumberOfFrames), cells });
  return { ...luts, ...drawings, problems: [...new Set([...luts.problems, ...drawings.problems])] };
}

/** The data set of an object in the cache, inflated where its syntax is deflated. */
export async function dataSetReader(cache: Objects, instanceId: InstanceId): Promise<DataSetReader> {
  const { attributes, sizeBytes } = cache.locate(instanceId);
  if (transferSyntax(attributes.TransferSyntaxUID)?.isDeflated === true) {
    const inflated = await createInflatedObjects(cache).get(instanceId, sizeBytes);
    return { read: (offset, length) => inflated.subarray(offset, offset + length) };
  }
  return {
    read: async (offset, length) => (offset >= sizeBytes ? new Uint8Array(0) : await cache.readRange(instanceId, offset, Math.min(length, sizeBytes - offset))),
  };
}
