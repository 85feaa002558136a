export { default as DeleteDialog } from './DeleteDialog.vue';
export { default as NodesDialog } from './NodesDialog.vue';
export { default as NodesPane } from './NodesPane.vue';
export { default as SendDialog } from './SendDialog.vue';
export { default as TransfersDialog } from './TransfersDialog.vue';
