import { transferSyntax, transferSyntaxLabel } from './transfer-syntaxes';

/** The part of `PixelFormat` that decides; this folder stands below `domain` and imports nothing of it. */
export interface GreyFormat {
  readonly SamplesPerPixel: number;
  readonly PhotometricInterpretation: string;
  readonly BitsAllocated: number;
  readonly BitsStored: number;
  readonly HighBit: number;
}

/**
 * Whether this build shows such images; else why not, in words with the UID. Now: native uncompressed grey of 8 and 16 bits; codecs and colour come with
 * their own issue and extend this one place.
 */
export function isShowableHere(TransferSyntaxUID: string, format: GreyFormat): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
  const syntax = transferSyntax(TransferSyntaxUID);
  if (syntax?.codec !== 'native') return no(transferSyntaxLabel(TransferSyntaxUID));
  const { PhotometricInterpretation: photometric, BitsAllocated, BitsStored, HighBit, SamplesPerPixel } = format;
  if (photometric !== 'MONOCHROME1' && photometric !== 'MONOCHROME2') return no(`${photometric || 'no Photometric Interpretation'} images`);
  if (SamplesPerPixel !== 1) return no(`grey images of ${String(SamplesPerPixel)} samples a pixel`);
  if (BitsAllocated !== 8 && BitsAllocated !== 16) return no(`images of ${String(BitsAllocated)} bits allocated`);
  if (BitsStored < 1 || BitsStored > BitsAllocated || HighBit >= BitsAllocated || HighBit < BitsStored - 1) {
    return no(`pixels of ${String(BitsStored)} bits stored, high bit ${String(HighBit)}, in ${String(BitsAllocated)}`);
  }
  return { ok: true };
}

function no(reason: string): { ok: false; reason: string } {
  return { ok: false, reason };
}
