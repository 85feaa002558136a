export interface EdidParts {
  readonly maker?: string;
  readonly productCode?: number;
  readonly serial?: number;
  readonly serialText?: string;
  readonly name?: string;
  readonly year?: number;
  /** Bits a colour as their code in byte 20 (VESA E-EDID 1.4, table 3.11). */
  readonly depthCode?: number;
  readonly revision?: number;
  readonly cm?: readonly [number, number];
  readonly mm?: readonly [number, number];
  readonly size?: readonly [number, number];
  readonly interlaced?: boolean;
  /** Bytes 25 to 34. */
  readonly chromaticity?: readonly number[];
  /** Payloads of data blocks of one CTA-861 extension, by their tags. */
  readonly cta?: readonly { readonly tag: number; readonly payload: readonly number[] }[];
}

/** The chromaticities of sRGB. */
const SRGB = [0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54];

/** An EDID base block as VESA E-EDID 1.4 lays it out, with a CTA-861 extension where one is asked for. */
export function edidBlock(parts: EdidParts = {}): Uint8Array {
  const { maker = 'EIZ', productCode = 0x1234, serial = 0, serialText = '', name = 'DIAG 5MP', year = 2020, depthCode = 3, revision = 4 } = parts;
  const { mm = [325, 433], size = [2048, 2560], interlaced = false } = parts;
  const { cm = [Math.round(mm[0] / 10), Math.round(mm[1] / 10)] } = parts;
  const block = new Uint8Array(128);
  block.set([0, 255, 255, 255, 255, 255, 255, 0]);
  const packed = Array.from(maker).reduce((sum, letter) => sum * 32 + (letter.charCodeAt(0) - 64), 0);
  block.set([packed >> 8, packed & 255, productCode & 255, productCode >> 8], 8);
  new DataView(block.buffer).setUint32(12, serial, true);
  block.set([10, year - 1990, 1, revision, 0x85 | (depthCode << 4), cm[0], cm[1], 120, 0x02], 16);
  // No established or standard timings.
  block.set(parts.chromaticity ?? SRGB, 25);
  block.fill(1, 38, 54);
  block.set(detailedTiming(size, mm, interlaced), 54);
  block.set(textDescriptor(0xfc, name), 72);
  block.set(serialText === '' ? textDescriptor(0x10, '') : textDescriptor(0xff, serialText), 90);
  block.set(textDescriptor(0x10, ''), 108);
  if (parts.cta === undefined) return withCheckSum(block);
  block[126] = 1;
  return Uint8Array.from([...withCheckSum(block), ...ctaBlock(parts.cta)]);
}

/** Revision 3, no detailed timings behind the data blocks. */
function ctaBlock(cta: NonNullable<EdidParts['cta']>): Uint8Array {
  const data = cta.flatMap(({ tag, payload }) => [(tag << 5) | payload.length, ...payload]);
  const block = new Uint8Array(128);
  block.set([2, 3, 4 + data.length, 0, ...data]);
  return withCheckSum(block);
}

export function withCheckSum(block: Uint8Array): Uint8Array {
  block[127] = 0;
  block[127] = (256 - (block.reduce((sum, value) => sum + value, 0) & 255)) & 255;
  return block;
}

/** A timing at some 60 Hz with blanking as CVT has it; the lines of an interlaced one are those of a field. */
function detailedTiming([width, height]: readonly [number, number], mm: readonly [number, number], interlaced: boolean): number[] {
  const lines = interlaced ? height >> 1 : height;
  const [blankAcross, blankDown] = [160, 40];
  const clock = Math.min(65_535, Math.round(((width + blankAcross) * (lines + blankDown) * 60) / 10_000));
  return [
    ...[clock & 255, clock >> 8, width & 255, blankAcross, (width >> 8) << 4, lines & 255, blankDown, (lines >> 8) << 4],
    ...[48, 32, 0x36, 0, mm[0] & 255, mm[1] & 255, ((mm[0] >> 8) << 4) | (mm[1] >> 8), 0, 0, 0x1a | (interlaced ? 0x80 : 0)],
  ];
}

/** Display descriptor (3.10.3). */
function textDescriptor(tag: number, text: string): number[] {
  const bytes = [0, 0, 0, tag, 0, ...(tag === 0x10 ? [] : new TextEncoder().encode(`${text}\n`.slice(0, 13).padEnd(13)))];
  return [...bytes, ...Array.from({ length: 18 - bytes.length }, () => 0)];
}
