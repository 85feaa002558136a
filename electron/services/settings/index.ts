export { DocumentAdapter } from './document-adapter';
export { openSettings, type Settings, type SettingsNotice } from './settings';
