import type { Cache } from '../cache';
import type { SendObject } from '../dimse';
import type { InstanceRecord } from '../index';

/** One digest covers so many bytes (cache): less would be read twice. */
const PIECE_BYTES = 2 ** 20;

/** An object of the cache as it is sent: its bytes as they are kept, read while they go. */
export function heldObject(cache: Pick<Cache, 'readRange'>, { id, attributes, sizeBytes }: InstanceRecord): SendObject & { readonly sizeBytes: number } {
  const { SOPClassUID, SOPInstanceUID, TransferSyntaxUID } = attributes;
  return {
    SOPClassUID,
    SOPInstanceUID,
    TransferSyntaxUID,
    sizeBytes,
    async *bytes(reading) {
      for (let at = 0; at < sizeBytes; at += PIECE_BYTES) yield await cache.readRange(id, at, Math.min(PIECE_BYTES, sizeBytes - at), reading);
    },
  };
}
