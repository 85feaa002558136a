export { pictureEngineKey, type PictureEngine } from './engine';
export { default as ViewerScreen } from './ViewerScreen.vue';
