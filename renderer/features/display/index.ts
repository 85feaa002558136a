export { default as DisplayDialog } from './DisplayDialog.vue';
