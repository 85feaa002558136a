import { CallError } from '@shared/contract';
import { InstanceId } from '@shared/domain';
import type { ObjectCache } from '../../electron/services/objects/open-object';
import { walkDataSet } from '../../electron/services/part10';
import { type Element, encodeDataSet, type Encoding } from './dicom';

export const SYNTAX_OF: Readonly<Record<Encoding, string>> = {
  explicitLE: '1.2.840.10008.1.2.1',
  implicitLE: '1.2.840.10008.1.2',
  explicitBE: '1.2.840.10008.1.2.2',
};

/** A cache with one object: its id is 1. What cannot be walked is set aside as `q`. Reads are counted. */
export function cacheOf(bytes: Uint8Array, TransferSyntaxUID = '1.2.840.10008.1.2.1'): ObjectCache & { readonly reads: number[] } {
  const walked = walkDataSet(bytes, { TransferSyntaxUID });
  const reads: number[] = [];
  const read = (offset: number, length: number): Promise<Uint8Array> => {
    reads.push(length);
    return Promise.resolve(bytes.subarray(offset, offset + length));
  };
  return {
    reads,
    locate: () => {
      if (!walked.ok) throw new CallError('notFound', 'not here');
      return { attributes: walked.attributes, pixel: walked.pixel, sizeBytes: bytes.length, location: { path: '', offset: 0, length: 0 } };
    },
    readRange: (_id, offset, length) => read(offset, length),
    openQuarantined: () => Promise.resolve({ TransferSyntaxUID, SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', sizeBytes: bytes.length, read }),
  };
}

export function cacheOfElements(elements: readonly Element[], encoding: Encoding = 'explicitLE') {
  return cacheOf(encodeDataSet(elements, encoding), SYNTAX_OF[encoding]);
}

export const ONE = { instanceId: InstanceId.parse(1) } as const;
export const ASIDE = { quarantineId: 'q' } as const;
