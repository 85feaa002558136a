export { default as HeaderDialog } from './HeaderDialog.vue';
