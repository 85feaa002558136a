export { type Codecs, createCodecs } from './codecs/codec-module';
export { createFastDecoders, type FastBinaries } from './codecs/fast-decoders';
export { createJpegLsDecoder } from './codecs/jpeg-ls-decoder';
export { srgbLevel, tablesToSrgb, XYZ_TO_SRGB } from './colour/icc-tables';
export { applyPalette, type Palette, type PaletteColours, type PaletteTable, readPalette } from './colour/palette';
export * from './decode-frame';
export * from './stored-format';
export { cutTile, pictureFormat } from './tile';
export { needsCodecs } from './transfer-syntax';
