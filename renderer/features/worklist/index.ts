export { default as WorklistScreen } from './WorklistScreen.vue';
export { modalityText } from './cells';
