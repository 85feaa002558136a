export { createMpr } from './create-mpr';
export { mprKey } from './mpr-key';
export { default as MprCrosshair } from './MprCrosshair.vue';
export { default as MprMenu } from './MprMenu.vue';
export { serveMprCommands } from './mpr-commands';
