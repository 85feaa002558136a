export { default as ImportDialog } from './ImportDialog.vue';
export { default as QuarantineDialog } from './QuarantineDialog.vue';
export { default as SendersDialog } from './SendersDialog.vue';
export { default as TransfersDialog } from './TransfersDialog.vue';
