import { CallError } from '@shared/contract';
import type { Waveform, WaveformChannel, WaveformGroup } from '@shared/domain';
import type { TableLimits } from './build-table';
import { codeOf, Content } from './content';
import type { ElementTable } from './element-table';

export const WAVEFORM_LIMITS: Partial<TableLimits> = { keptBytes: 4096, rows: 50_000 };

const MAX_GROUPS = 64;
const MAX_CHANNELS = 512;
const MAX_ANNOTATIONS = 200;
/** Values of one answer. */
const MAX_VALUES = 2 ** 21;
/** mu-law and A-law are of voices: such groups are not drawn. */
const SAMPLE_BYTES: Readonly<Record<string, number>> = { SB: 1, UB: 1, SS: 2, US: 2, SL: 4, UL: 4 };

interface ChannelScale {
  readonly factor: number;
  readonly baseline: number;
}

interface ReadGroup {
  readonly facts: WaveformGroup;
  readonly interpretation: string;
  readonly scales: readonly ChannelScale[];
  /** Row of Waveform Data (5400,1010). */
  readonly dataRow: number;
  readonly padding: number | undefined;
}

/** What a waveform object holds (PS3.3 C.10.9); its samples come by `readSamples`. */
export function readWaveform(table: ElementTable): Waveform {
  const root = new Content(table, -1);
  return { title: root.text(0x00081030) || root.text(0x0008103e), groups: groupsOf(table).map(({ facts }) => facts), annotations: annotationsOf(root) };
}

/**
 * Samples [from, from + count) of all channels of a group, in the unit of the channel: stored value x sensitivity x correction + baseline (PS3.3 C.10.9.1.4.5).
 * Without a sensitivity they are the stored numbers. NaN where the object says that there is no sample.
 */
export async function readSamples(table: ElementTable, group: number, from: number, count: number): Promise<Float32Array<ArrayBuffer>[]> {
  const one = groupsOf(table)[group];
  if (one === undefined) throw new CallError('notFound', 'the object has no such group of channels');
  if (one.facts.problem !== undefined) throw new CallError('cannotDecode', one.facts.problem);
  const channels = one.facts.channels.length;
  const size = SAMPLE_BYTES[one.interpretation] ?? 1;
  const wanted = Math.min(count, one.facts.samples - from, Math.floor(MAX_VALUES / channels));
  if (wanted <= 0) return one.facts.channels.map(() => new Float32Array(0));
  const bytes = await rangeOf(table, one.dataRow, from * channels * size, wanted * channels * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const read = sampleReader(view, one.interpretation, table.isLittleEndian);
  return one.scales.map(({ factor, baseline }, channel) => {
    const values = new Float32Array(wanted);
    for (let at = 0; at < wanted; at++) {
      const stored = read((at * channels + channel) * size);
      values[at] = stored === one.padding ? Number.NaN : stored * factor + baseline;
    }
    return values;
  });
}

async function rangeOf(table: ElementTable, row: number, offset: number, length: number): Promise<Uint8Array> {
  const bytes = await table.range(row, offset, length);
  if (bytes.length < length) throw new CallError('corrupt', 'the waveform data are cut short');
  return bytes;
}

function groupsOf(table: ElementTable): ReadGroup[] {
  return new Content(table, -1)
    .items(0x54000100)
    .slice(0, MAX_GROUPS)
    .map((item) => readGroup(table, item));
}

function readGroup(table: ElementTable, item: Content): ReadGroup {
  const channels = item.number(0x003a0005) ?? 0;
  const samples = item.number(0x003a0010) ?? 0;
  const samplingHz = item.number(0x003a001a) ?? 0;
  const interpretation = item.text(0x54001006);
  const defined = item.items(0x003a0200).slice(0, MAX_CHANNELS).map(channelOf);
  const offsetMs = item.number(0x00181068);
  const dataRow = item.rowOf(0x54001010);
  const size = SAMPLE_BYTES[interpretation];
  const length = table.rows[dataRow]?.length ?? 0;
  const allocated = item.number(0x54001004);
  const problem =
    size === undefined
      ? `samples of kind ${interpretation || 'not given'} are not drawn`
      : allocated !== undefined && allocated !== size * 8
        ? `samples of kind ${interpretation} in ${allocated} bits`
        : !(samplingHz > 0)
          ? 'no sampling frequency is given'
          : channels < 1 || channels !== defined.length
            ? `${channels} channels are announced, ${defined.length} are described`
            : samples < 1 || samples * channels * size > length
              ? `${samples} samples of ${channels} channels are announced, ${length} bytes are there`
              : undefined;
  return {
    facts: {
      label: item.text(0x003a0020),
      samplingHz,
      samples: problem === undefined ? samples : 0,
      channels: defined.map(({ facts }) => facts),
      ...(offsetMs !== undefined && { offsetMs }),
      ...(problem !== undefined && { problem }),
    },
    interpretation,
    scales: defined.map(({ scale }) => scale),
    dataRow,
    padding: item.number(0x5400100a),
  };
}

function channelOf(item: Content, index: number): { facts: WaveformChannel; scale: ChannelScale } {
  const sensitivity = item.number(0x003a0210);
  const correction = item.number(0x003a0212) ?? 1;
  const unit = codeOf(item, 0x003a0211);
  const low = item.number(0x003a0220);
  const high = item.number(0x003a0221);
  const source = codeOf(item, 0x003a0208);
  const known = sensitivity !== undefined && unit !== undefined;
  return {
    facts: {
      label: item.text(0x003a0203) || (source?.meaning ?? `channel ${index + 1}`),
      unit: known ? (unit.code.startsWith('UCUM') ? unit.value : unit.meaning) : '',
      filter: low === undefined && high === undefined ? '' : `${low ?? '?'} to ${high ?? '?'} Hz`,
      skewSeconds: item.number(0x003a0214) ?? 0,
    },
    scale: known ? { factor: sensitivity * correction, baseline: item.number(0x003a0213) ?? 0 } : { factor: 1, baseline: 0 },
  };
}

function sampleReader(view: DataView, interpretation: string, little: boolean): (at: number) => number {
  switch (interpretation) {
    case 'SB':
      return (at) => view.getInt8(at);
    case 'UB':
      return (at) => view.getUint8(at);
    case 'US':
      return (at) => view.getUint16(at, little);
    case 'SL':
      return (at) => view.getInt32(at, little);
    case 'UL':
      return (at) => view.getUint32(at, little);
    default:
      return (at) => view.getInt16(at, little);
  }
}

function annotationsOf(root: Content): string[] {
  return root
    .items(0x0040b020)
    .slice(0, MAX_ANNOTATIONS)
    .map((item) => {
      const text = item.text(0x00700006);
      const name = codeOf(item, 0x0040a043)?.meaning ?? '';
      const value = item.text(0x0040a30a) || (codeOf(item, 0x0040a168)?.meaning ?? '');
      const unit = codeOf(item, 0x004008ea);
      return [text, name, value, unit?.code.startsWith('UCUM') === true ? unit.value : (unit?.meaning ?? '')].filter((part) => part !== '').join(' ');
    })
    .filter((line) => line !== '');
}
