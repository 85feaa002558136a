import { transferSyntax } from '../dicom';

/** How the bytes of one frame lie. What has none here cannot be decoded yet and says so by name. */
export type FrameCoding = 'littleEndian' | 'bigEndian';

export function frameCoding(TransferSyntaxUID: string): FrameCoding | undefined {
  const syntax = transferSyntax(TransferSyntaxUID);
  if (syntax === undefined || syntax.codec !== 'native' || syntax.isDeflated) return undefined;
  return syntax.isBigEndian ? 'bigEndian' : 'littleEndian';
}
