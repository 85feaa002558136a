/** Decoders of the WASM module (`dcmjs-codecs`): libjpeg (8, 12 and 16 bit), CharLS, OpenJPEG, OpenJPH and libjxl in one. */
export type WasmDecoder = 'Jpeg' | 'JpegLs' | 'Jpeg2000' | 'HtJpeg2000' | 'JpegXl';

/** What a decoder is told of the frame, from the codestream's own header after it was compared with DICOM's. */
export interface CodestreamShape {
  readonly columns: number;
  readonly rows: number;
  readonly samplesPerPixel: number;
  /** 8 or 16: how samples lie in the result. */
  readonly bitsAllocated: 8 | 16;
  readonly bitsStored: number;
  readonly isSigned: boolean;
  /** What comes out does not depend on how a decoder rounds. */
  readonly isReversible: boolean;
}

/** `bytes` may be a view of the decoder's memory: valid until the next frame. */
export type WasmDecoded = { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly ok: false; readonly reason: string };

/** A decoder that is faster than that of the whole module for some frames. Undefined: it does not take this one, the other shall. */
export type FastDecoder = (encoded: Uint8Array, shape: CodestreamShape) => WasmDecoded | undefined;
