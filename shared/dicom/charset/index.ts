export { DEFAULT_CHARACTER_SET, parseCharacterSet, type CharacterSet } from './character-set';
export { decodeText, type DecodedText } from './decode-text';
