import type { WebContents } from 'electron';
import { isOwnAddress } from './page-policy';

/** Told what was refused; addresses are not logged whole. */
export type RefusalReport = (what: 'navigation' | 'window' | 'webview' | 'frame') => void;

/**
 * Locks one web contents to our own page (checklist points 11 to 14): no navigation away, no windows, no webview, no frames.
 * Pages that show windows of the reading room come later: they will be named in `setWindowOpenHandler` here.
 */
export function hardenContents(contents: WebContents, report: RefusalReport): void {
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    report('webview');
  });
  contents.on('will-navigate', (event) => {
    event.preventDefault();
    report('navigation');
  });
  contents.on('will-redirect', (event) => {
    event.preventDefault();
    report('navigation');
  });
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame && isOwnAddress(event.url)) return; // judged by will-navigate
    event.preventDefault();
    report('frame');
  });
  contents.setWindowOpenHandler(() => {
    report('window');
    return { action: 'deny' };
  });
}
