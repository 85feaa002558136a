const FTYP = [0x66, 0x74, 0x79, 0x70];
const EBML = [0x1a, 0x45, 0xdf, 0xa3];

/**
 * MIME type of a stream that Chromium may play, from its first bytes: ISO base media (MP4) and Matroska. MPEG-2 streams, transport streams and bare H.264 are
 * not played by it; undefined then.
 */
export function playableType(bytes: Uint8Array): 'video/mp4' | 'video/webm' | undefined {
  const starts = (at: number, signature: readonly number[]): boolean => signature.every((byte, n) => bytes[at + n] === byte);
  if (starts(4, FTYP)) return 'video/mp4';
  return starts(0, EBML) ? 'video/webm' : undefined;
}
