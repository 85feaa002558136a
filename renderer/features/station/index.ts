export { default as ImportDialog } from './ImportDialog.vue';
export { default as QuarantineDialog } from './QuarantineDialog.vue';
export { default as SendersDialog } from './SendersDialog.vue';
