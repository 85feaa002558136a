/** How the bytes of one frame lie. What is not here cannot be decoded yet and says so by name. */
export type FrameCoding = 'littleEndian' | 'bigEndian';

interface SyntaxRow {
  readonly name: string;
  readonly coding?: FrameCoding;
}

/** Transfer syntaxes of PS3.6 table A-1 that carry pixel data. */
const SYNTAXES: ReadonlyMap<string, SyntaxRow> = new Map([
  ['1.2.840.10008.1.2', { name: 'Implicit VR Little Endian', coding: 'littleEndian' }],
  ['1.2.840.10008.1.2.1', { name: 'Explicit VR Little Endian', coding: 'littleEndian' }],
  ['1.2.840.10008.1.2.2', { name: 'Explicit VR Big Endian', coding: 'bigEndian' }],
  ['1.2.840.10008.1.2.1.98', { name: 'Encapsulated Uncompressed' }],
  ['1.2.840.10008.1.2.1.99', { name: 'Deflated Explicit VR Little Endian' }],
  ['1.2.840.10008.1.2.8.1', { name: 'Deflated Image Frame Compression' }],
  ['1.2.840.10008.1.2.5', { name: 'RLE Lossless' }],
  ['1.2.840.10008.1.2.4.50', { name: 'JPEG Baseline' }],
  ['1.2.840.10008.1.2.4.51', { name: 'JPEG Extended' }],
  ['1.2.840.10008.1.2.4.53', { name: 'JPEG Spectral Selection' }],
  ['1.2.840.10008.1.2.4.55', { name: 'JPEG Full Progression' }],
  ['1.2.840.10008.1.2.4.57', { name: 'JPEG Lossless' }],
  ['1.2.840.10008.1.2.4.70', { name: 'JPEG Lossless SV1' }],
  ['1.2.840.10008.1.2.4.80', { name: 'JPEG-LS Lossless' }],
  ['1.2.840.10008.1.2.4.81', { name: 'JPEG-LS Near-Lossless' }],
  ['1.2.840.10008.1.2.4.90', { name: 'JPEG 2000 Lossless' }],
  ['1.2.840.10008.1.2.4.91', { name: 'JPEG 2000' }],
  ['1.2.840.10008.1.2.4.92', { name: 'JPEG 2000 Multi-component Lossless' }],
  ['1.2.840.10008.1.2.4.93', { name: 'JPEG 2000 Multi-component' }],
  ['1.2.840.10008.1.2.4.94', { name: 'JPIP Referenced' }],
  ['1.2.840.10008.1.2.4.95', { name: 'JPIP Referenced Deflate' }],
  ['1.2.840.10008.1.2.4.100', { name: 'MPEG-2 Main Profile / Main Level' }],
  ['1.2.840.10008.1.2.4.101', { name: 'MPEG-2 Main Profile / High Level' }],
  ['1.2.840.10008.1.2.4.102', { name: 'MPEG-4 AVC/H.264 High Profile' }],
  ['1.2.840.10008.1.2.4.103', { name: 'MPEG-4 AVC/H.264 BD-compatible' }],
  ['1.2.840.10008.1.2.4.104', { name: 'MPEG-4 AVC/H.264 High Profile for 2D video' }],
  ['1.2.840.10008.1.2.4.105', { name: 'MPEG-4 AVC/H.264 High Profile for 3D video' }],
  ['1.2.840.10008.1.2.4.106', { name: 'MPEG-4 AVC/H.264 Stereo High Profile' }],
  ['1.2.840.10008.1.2.4.107', { name: 'HEVC/H.265 Main Profile' }],
  ['1.2.840.10008.1.2.4.108', { name: 'HEVC/H.265 Main 10 Profile' }],
  ['1.2.840.10008.1.2.4.110', { name: 'JPEG XL Lossless' }],
  ['1.2.840.10008.1.2.4.111', { name: 'JPEG XL JPEG Recompression' }],
  ['1.2.840.10008.1.2.4.112', { name: 'JPEG XL' }],
  ['1.2.840.10008.1.2.4.201', { name: 'HTJ2K Lossless' }],
  ['1.2.840.10008.1.2.4.202', { name: 'HTJ2K Lossless RPCL' }],
  ['1.2.840.10008.1.2.4.203', { name: 'HTJ2K' }],
] satisfies [string, SyntaxRow][]);

export function frameCoding(TransferSyntaxUID: string): FrameCoding | undefined {
  return SYNTAXES.get(TransferSyntaxUID)?.coding;
}

/** "JPEG 2000 (1.2.840.10008.1.2.4.91)": what a person and a support desk can both use. */
export function namedSyntax(TransferSyntaxUID: string): string {
  const name = SYNTAXES.get(TransferSyntaxUID)?.name ?? 'unknown transfer syntax';
  return `${name} (${TransferSyntaxUID === '' ? 'no UID' : TransferSyntaxUID})`;
}
