import type { EncapsulatedPart, InstanceId, Report, Waveform } from '@shared/domain';
import { useHost } from './host';

/** Bytes that one answer brings. */
const PIECE_BYTES = 2 ** 22;

/** What objects that are no pictures say. All reject as the call does; the caller says it in words. */
export function useObjectContents() {
  const host = useHost();
  return {
    report: (instanceId: InstanceId, signal: AbortSignal): Promise<Report> => host.call('object.report', { object: { instanceId } }, { signal }),
    waveform: (instanceId: InstanceId, signal: AbortSignal): Promise<Waveform> => host.call('object.waveform', { object: { instanceId } }, { signal }),
    async samples(instanceId: InstanceId, group: number, from: number, count: number, signal: AbortSignal): Promise<Float32Array[]> {
      return (await host.call('object.samples', { object: { instanceId }, group, from, count }, { signal })).channels;
    },
    part: (instanceId: InstanceId, signal: AbortSignal): Promise<EncapsulatedPart> => host.call('object.part', { object: { instanceId } }, { signal }),
    /** All bytes of a document or a film, piece by piece; `progress` from 0 to 1. */
    async bytes(instanceId: InstanceId, sizeBytes: number, signal: AbortSignal, progress: (part: number) => void): Promise<Uint8Array<ArrayBuffer>> {
      const whole = new Uint8Array(sizeBytes);
      for (let at = 0; at < sizeBytes;) {
        const { bytes } = await host.call(
          'object.partBytes',
          { object: { instanceId }, offset: at, length: Math.min(PIECE_BYTES, sizeBytes - at) },
          { signal },
        );
        if (bytes.length === 0) throw new Error('the object ended before its announced length');
        whole.set(bytes, at);
        at += bytes.length;
        progress(at / sizeBytes);
      }
      return whole;
    },
  };
}
