import { CallError } from '@shared/contract';
import { readPart10Header } from '../part10';
import type { QuarantinedObject } from './cache-types';
import { errorCode } from './checkpoint-task';
import type { FileLayer, Handle } from './file-layer';

const HEAD_BYTES = 2 ** 20;

/** What was set aside, for looking at: its bytes are nobody's image, so no digest is checked. Each read opens the file anew, so that nothing holds it. */
export async function openQuarantined(files: FileLayer, path: string | undefined): Promise<QuarantinedObject> {
  const gone = new CallError('notFound', 'this object is not set aside (any more)');
  if (path === undefined) throw gone;
  const withFile = async <T>(work: (handle: Handle) => Promise<T>): Promise<T> => {
    const handle = await files.async.open(path, 'r').catch((error: unknown) => {
      throw errorCode(error) === 'ENOENT' ? gone : error;
    });
    try {
      return await work(handle);
    } finally {
      await files.async.close(handle);
    }
  };
  const read = (at: number, length: number): Promise<Uint8Array> =>
    withFile(async (handle) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, await files.async.read(handle, bytes, at));
    });
  const size = await withFile((handle) => files.async.size(handle));
  const header = readPart10Header(await read(0, Math.min(size, HEAD_BYTES)), size <= HEAD_BYTES);
  if (!header.ok) throw new CallError('cannotDecode', `no header can be read: ${header.text}`);
  const { dataSetOffset, TransferSyntaxUID, MediaStorageSOPClassUID: SOPClassUID } = header;
  const sizeBytes = size - dataSetOffset;
  return {
    TransferSyntaxUID,
    SOPClassUID,
    sizeBytes,
    read: (offset, length) => read(dataSetOffset + offset, Math.max(0, Math.min(length, sizeBytes - offset))),
  };
}
