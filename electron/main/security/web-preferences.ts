import type { WebPreferences } from 'electron';
import { APP_PARTITION } from './page-policy';

/** Every window's web preferences (checklist points 2 to 4, 6, 8 to 11). Also what is Electron's default is written down: it must not change under us. */
export function webPreferences(preload: string, developerTools: boolean): WebPreferences {
  return {
    preload,
    partition: APP_PARTITION,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: developerTools,
    backgroundThrottling: false, // a viewer on the second monitor goes on while another window has the focus
  };
}
