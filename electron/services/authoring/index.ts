export { openAuthoring } from './open-authoring';
export { KeyImages, type KeyImagesParts } from './key-images';
export { ownResults, type OwnResults } from './own-results';
