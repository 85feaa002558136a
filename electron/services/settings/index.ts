export { openSettings, type Settings, type SettingsNotice } from './settings';
