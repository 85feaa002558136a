export { DEFAULT_CHARACTER_SET, parseCharacterSet, type CharacterSet } from './character-set';
export { decodeText, latin1Text, type DecodedText } from './decode-text';
