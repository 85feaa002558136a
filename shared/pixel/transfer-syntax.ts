import { type CodecKind, isDecodedCodec, transferSyntax } from '../dicom';

/** How the bytes of one frame lie. */
export type FrameCoding =
  { readonly kind: 'native'; readonly isBigEndian: boolean } | { readonly kind: Exclude<CodecKind, 'native' | 'encapsulatedNative' | 'video' | 'none'> };

/**
 * What decodes the frames of a syntax, by the column of the one table of syntaxes; undefined = nothing here does. A deflated data set was inflated by the
 * services before its frames are cut out: they are native.
 */
export function frameCoding(TransferSyntaxUID: string): FrameCoding | undefined {
  const syntax = transferSyntax(TransferSyntaxUID);
  if (syntax === undefined || !isDecodedCodec(syntax.codec)) return undefined;
  switch (syntax.codec) {
    case 'native':
    case 'encapsulatedNative':
      return { kind: 'native', isBigEndian: syntax.isBigEndian };
    case 'video':
    case 'none':
      return undefined;
    default:
      return { kind: syntax.codec };
  }
}

/** Whether frames of this syntax are decoded by the WASM codecs. */
export function needsCodecs(TransferSyntaxUID: string): boolean {
  const kind = frameCoding(TransferSyntaxUID)?.kind;
  return kind !== undefined && kind !== 'native' && kind !== 'rle' && kind !== 'deflatedFrame';
}
