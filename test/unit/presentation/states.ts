import { type InstanceId, PresentationState } from '@shared/domain';
import { expect } from 'vitest';
import { readPresentationState, type StateReading } from '../../../electron/services/presentation';
import { el, encodeDataSet, type Element, type Encoding, sq } from '../../support/dicom';
import { reference, stateElements } from '../../support/presentation-file';

const SYNTAX = { implicitLE: '1.2.840.10008.1.2', explicitLE: '1.2.840.10008.1.2.1', explicitBE: '1.2.840.10008.1.2.2' } as const;

export async function read(elements: readonly Element[], encoding: Encoding = 'explicitLE', cut = Infinity): Promise<StateReading> {
  const bytes = encodeDataSet(elements, encoding).subarray(0, cut);
  const reader = { read: (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  return await readPresentationState(reader, { instanceId: 1 as InstanceId, TransferSyntaxUID: SYNTAX[encoding] });
}

export async function stateOf(extra: readonly Element[] = [], encoding: Encoding = 'explicitLE'): Promise<PresentationState> {
  const found = await read(stateElements({ columns: 100, rows: 50, frames: [2, 3], extra }), encoding);
  return found.ok ? PresentationState.parse(structuredClone(found.state)) : expect.fail(found.reason);
}

/** Four bytes each, as VR FL has them. */
export const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
export const shorts = (...values: number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer);
export const graphic = (type: string, points: readonly number[], units = 'PIXEL', filled = 'N'): Element[] => [
  el(0x00700005, 'CS', units),
  el(0x00700020, 'US', 2),
  el(0x00700021, 'US', points.length / 2),
  el(0x00700022, 'FL', floats(...points)),
  el(0x00700023, 'CS', type),
  el(0x00700024, 'CS', filled),
];
export const text = [
  el(0x00700003, 'CS', 'DISPLAY'),
  el(0x00700004, 'CS', 'PIXEL'),
  el(0x00700006, 'ST', 'Look\r\nhere'),
  el(0x00700010, 'FL', floats(0.5, 0.25)),
  el(0x00700011, 'FL', floats(0.75, 0.5)),
  el(0x00700012, 'CS', 'CENTER'),
  el(0x00700014, 'FL', floats(10, 20)),
  el(0x00700015, 'CS', 'Y'),
];
export const annotated: Element[] = [
  sq(0x00700001, [
    [el(0x00700002, 'CS', 'TOP'), sq(0x00700008, [text]), sq(0x00700009, [graphic('POLYLINE', [0, 0, 10, 0, 10, 5], 'PIXEL', 'Y')])],
    [el(0x00700002, 'CS', 'LOW'), sq(0x00081140, [reference([3])]), sq(0x00700009, [graphic('ELLIPSE', [0, 5, 20, 5, 10, 0, 10, 10]), graphic('CIRCLE', [1])])],
  ]),
  sq(0x00700060, [
    [el(0x00700002, 'CS', 'TOP'), el(0x00700062, 'IS', 2), el(0x00700066, 'US', 0x8000)],
    [el(0x00700002, 'CS', 'LOW'), el(0x00700062, 'IS', 1), el(0x00700401, 'US', [65_535, 32_896, 32_896])],
  ]),
];
