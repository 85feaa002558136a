export { type Codecs, createCodecs } from './codecs/codec-module';
export { applyPalette, type Palette, type PaletteColours, type PaletteTable, readPalette } from './colour/palette';
export * from './decode-frame';
export * from './stored-format';
export { needsCodecs } from './transfer-syntax';
