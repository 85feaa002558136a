export { default as WorklistScreen } from './WorklistScreen.vue';
export { studyTitle } from './cells';
