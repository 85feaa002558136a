/** What decodes the frames of a syntax. */
export type CodecKind =
  'native' | 'encapsulatedNative' | 'jpeg' | 'jpegLossless' | 'jpegLs' | 'jpeg2000' | 'htj2k' | 'jpegXl' | 'rle' | 'deflatedFrame' | 'video' | 'none';

export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly isExplicitVr: boolean;
  readonly isBigEndian: boolean;
  readonly isDeflated: boolean;
  /** Pixel Data lie in fragments (PS3.5 A.4). */
  readonly isEncapsulated: boolean;
  /** `can`: the syntax allows both; the object says which. */
  readonly lossy: 'no' | 'yes' | 'can';
  readonly codec: CodecKind;
  readonly isRetired: boolean;
  /** Usable in C-STORE: carries a data set on its own. */
  readonly isStorable: boolean;
}

type Row = readonly [suffix: string, name: string, codec: CodecKind, lossy: 'no' | 'yes' | 'can', flags?: string];

const ROOT = '1.2.840.10008.1.2';

/** PS3.6 Table A-1 and PS3.5 Annex A. Flags: I implicit, B big endian, D deflated, N not encapsulated, R retired, X carries no data set for C-STORE. */
const ROWS: readonly Row[] = [
  ['', 'Implicit VR Little Endian', 'native', 'no', 'IN'],
  ['.1', 'Explicit VR Little Endian', 'native', 'no', 'N'],
  ['.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'encapsulatedNative', 'no'],
  ['.1.99', 'Deflated Explicit VR Little Endian', 'native', 'no', 'DN'],
  ['.2', 'Explicit VR Big Endian', 'native', 'no', 'BNR'],
  ['.4.50', 'JPEG Baseline (Process 1)', 'jpeg', 'yes'],
  ['.4.51', 'JPEG Extended (Process 2 and 4)', 'jpeg', 'yes'],
  ['.4.52', 'JPEG Extended (Process 3 and 5)', 'jpeg', 'yes', 'R'],
  ['.4.53', 'JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)', 'jpeg', 'yes', 'R'],
  ['.4.54', 'JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9)', 'jpeg', 'yes', 'R'],
  ['.4.55', 'JPEG Full Progression, Non-Hierarchical (Process 10 and 12)', 'jpeg', 'yes', 'R'],
  ['.4.56', 'JPEG Full Progression, Non-Hierarchical (Process 11 and 13)', 'jpeg', 'yes', 'R'],
  ['.4.57', 'JPEG Lossless, Non-Hierarchical (Process 14)', 'jpegLossless', 'no'],
  ['.4.58', 'JPEG Lossless, Non-Hierarchical (Process 15)', 'jpegLossless', 'no', 'R'],
  ['.4.59', 'JPEG Extended, Hierarchical (Process 16 and 18)', 'jpeg', 'yes', 'R'],
  ['.4.60', 'JPEG Extended, Hierarchical (Process 17 and 19)', 'jpeg', 'yes', 'R'],
  ['.4.61', 'JPEG Spectral Selection, Hierarchical (Process 20 and 22)', 'jpeg', 'yes', 'R'],
  ['.4.62', 'JPEG Spectral Selection, Hierarchical (Process 21 and 23)', 'jpeg', 'yes', 'R'],
  ['.4.63', 'JPEG Full Progression, Hierarchical (Process 24 and 26)', 'jpeg', 'yes', 'R'],
  ['.4.64', 'JPEG Full Progression, Hierarchical (Process 25 and 27)', 'jpeg', 'yes', 'R'],
  ['.4.65', 'JPEG Lossless, Hierarchical (Process 28)', 'jpegLossless', 'no', 'R'],
  ['.4.66', 'JPEG Lossless, Hierarchical (Process 29)', 'jpegLossless', 'no', 'R'],
  ['.4.70', 'JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])', 'jpegLossless', 'no'],
  ['.4.80', 'JPEG-LS Lossless Image Compression', 'jpegLs', 'no'],
  ['.4.81', 'JPEG-LS Lossy (Near-Lossless) Image Compression', 'jpegLs', 'yes'],
  ['.4.90', 'JPEG 2000 Image Compression (Lossless Only)', 'jpeg2000', 'no'],
  ['.4.91', 'JPEG 2000 Image Compression', 'jpeg2000', 'can'],
  ['.4.92', 'JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)', 'jpeg2000', 'no'],
  ['.4.93', 'JPEG 2000 Part 2 Multi-component Image Compression', 'jpeg2000', 'can'],
  ['.4.94', 'JPIP Referenced', 'none', 'can', 'N'],
  ['.4.95', 'JPIP Referenced Deflate', 'none', 'can', 'DN'],
  ['.4.100', 'MPEG2 Main Profile / Main Level', 'video', 'yes'],
  ['.4.100.1', 'Fragmentable MPEG2 Main Profile / Main Level', 'video', 'yes'],
  ['.4.101', 'MPEG2 Main Profile / High Level', 'video', 'yes'],
  ['.4.101.1', 'Fragmentable MPEG2 Main Profile / High Level', 'video', 'yes'],
  ['.4.102', 'MPEG-4 AVC/H.264 High Profile / Level 4.1', 'video', 'yes'],
  ['.4.102.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1', 'video', 'yes'],
  ['.4.103', 'MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1', 'video', 'yes'],
  ['.4.103.1', 'Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1', 'video', 'yes'],
  ['.4.104', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video', 'video', 'yes'],
  ['.4.104.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video', 'video', 'yes'],
  ['.4.105', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video', 'video', 'yes'],
  ['.4.105.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video', 'video', 'yes'],
  ['.4.106', 'MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2', 'video', 'yes'],
  ['.4.106.1', 'Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2', 'video', 'yes'],
  ['.4.107', 'HEVC/H.265 Main Profile / Level 5.1', 'video', 'yes'],
  ['.4.108', 'HEVC/H.265 Main 10 Profile / Level 5.1', 'video', 'yes'],
  ['.4.110', 'JPEG XL Lossless', 'jpegXl', 'no'],
  ['.4.111', 'JPEG XL JPEG Recompression', 'jpegXl', 'yes'],
  ['.4.112', 'JPEG XL', 'jpegXl', 'can'],
  ['.4.201', 'High-Throughput JPEG 2000 Image Compression (Lossless Only)', 'htj2k', 'no'],
  ['.4.202', 'High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)', 'htj2k', 'no'],
  ['.4.203', 'High-Throughput JPEG 2000 Image Compression', 'htj2k', 'can'],
  ['.4.204', 'JPIP HTJ2K Referenced', 'none', 'can', 'N'],
  ['.4.205', 'JPIP HTJ2K Referenced Deflate', 'none', 'can', 'DN'],
  ['.5', 'RLE Lossless', 'rle', 'no'],
  ['.6.1', 'RFC 2557 MIME encapsulation', 'none', 'no', 'NRX'],
  ['.6.2', 'XML Encoding', 'none', 'no', 'NRX'],
  ['.7.1', 'SMPTE ST 2110-20 Uncompressed Progressive Active Video', 'video', 'no', 'NX'],
  ['.7.2', 'SMPTE ST 2110-20 Uncompressed Interlaced Active Video', 'video', 'no', 'NX'],
  ['.7.3', 'SMPTE ST 2110-30 PCM Digital Audio', 'none', 'no', 'NX'],
  ['.8.1', 'Deflated Image Frame Compression', 'deflatedFrame', 'no'],
];

export const TRANSFER_SYNTAXES: readonly TransferSyntax[] = ROWS.map(([suffix, name, codec, lossy, flags = '']) => ({
  uid: `${ROOT}${suffix}`,
  name,
  codec,
  lossy,
  isExplicitVr: !flags.includes('I'),
  isBigEndian: flags.includes('B'),
  isDeflated: flags.includes('D'),
  isEncapsulated: !flags.includes('N'),
  isRetired: flags.includes('R'),
  isStorable: !flags.includes('X'),
}));

const BY_UID: ReadonlyMap<string, TransferSyntax> = new Map(TRANSFER_SYNTAXES.map((syntax) => [syntax.uid, syntax]));

export const IMPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const EXPLICIT_VR_BIG_ENDIAN = '1.2.840.10008.1.2.2';

/** Codecs that `shared/pixel` has; what is not here is named and not shown. */
const DECODED: ReadonlySet<CodecKind> = new Set([
  'native',
  'encapsulatedNative',
  'jpeg',
  'jpegLossless',
  'jpegLs',
  'jpeg2000',
  'htj2k',
  'jpegXl',
  'rle',
  'deflatedFrame',
]);

export function isDecodedCodec(codec: CodecKind): boolean {
  return DECODED.has(codec);
}

export function transferSyntax(uid: string): TransferSyntax | undefined {
  return BY_UID.get(uid);
}

/** `JPEG Baseline (Process 1) (1.2.840.10008.1.2.4.50)`: as the page names what it cannot decode. */
export function transferSyntaxLabel(uid: string): string {
  const known = BY_UID.get(uid);
  return known === undefined ? `unknown transfer syntax (${uid === '' ? 'none' : uid})` : `${known.name} (${uid})`;
}
