export { openAuthoring } from './open-authoring';
export { KeyImages, type KeyImagesParts } from './key-images';
