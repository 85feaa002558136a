import type { ImageExtras } from '@shared/domain';
import type { AttributeReader } from './attribute-reader';

/** What an image brings beside its pixels, as far as a walk sees it; the things themselves are read when a viewer asks (`image.luts`). Undefined: nothing. */
export function imageExtras(reader: AttributeReader): ImageExtras | undefined {
  const shape = reader.text('PresentationLUTShape');
  const burnedIn = reader.text('BurnedInAnnotation');
  const extras: ImageExtras = {
    ...(reader.has('RedPaletteColorLookupTableDescriptor') ? { palette: true } : {}),
    ...(reader.text('PixelPresentation') === 'COLOR' || reader.text('PixelPresentation') === 'MIXED' ? { colourPixels: true } : {}),
    ...(shape === 'INVERSE' || shape === 'IDENTITY' ? { presentationLutShape: shape } : {}),
    ...(reader.has('PresentationLUTSequence') ? { presentationLut: true } : {}),
    ...(reader.has('OverlayRows') ? { overlays: true } : {}),
    ...(reader.text('ShutterShape') === '' ? {} : { shutter: true }),
    ...(reader.has('ICCProfile') ? { iccProfile: true } : {}),
    ...(reader.has('MaskSubtractionSequence') ? { mask: true } : {}),
    ...(burnedIn === 'YES' ? { burnedIn: true } : {}),
  };
  return Object.keys(extras).length === 0 ? undefined : extras;
}
