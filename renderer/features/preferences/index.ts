export { default as CachePage } from './CachePage.vue';
export { default as CornersPage } from './CornersPage.vue';
export { default as GeneralPage } from './GeneralPage.vue';
export { default as MousePage } from './MousePage.vue';
export { default as TlsPage } from './TlsPage.vue';
export { default as ToolbarPage } from './ToolbarPage.vue';
export { default as WindowsPage } from './WindowsPage.vue';
export type { PreferencePage } from './page';
export { default as PreferencesDialog } from './PreferencesDialog.vue';
