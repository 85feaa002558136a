export { ITEM_NAMES } from './corner-items';
export { DEFAULT_WHEEL, lostByHand, ownToolOf } from './gestures';
export { FIRST_PRESETS, presetsOf } from './presets';
export { DEFAULT_TOOLBAR, DIVIDER, TOOLBAR_ITEMS, type ToolbarItem } from './toolbar-items';
export { TOOLS } from './tools';
export { pictureEngineKey, type PictureEngine, usePictureEngine } from './engine';
export { loadFirstPicture, useLookAhead } from './first-picture';
export { default as ViewerScreen } from './ViewerScreen.vue';
