import type { Session } from 'electron';
import { isOwnAddress } from './page-policy';

/** What our own page may be granted; no camera, no devices, no notifications, no clipboard reading (checklist point 5). A copied picture is coded anew by Chromium. */
const grantedPermissions: ReadonlySet<string> = new Set(['fullscreen', 'clipboard-sanitized-write']);

/** Permissions denied but for the list, no devices, no downloads, no network: archives are reached from the services alone (points 1, 5, 7). */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => answer(grantedPermissions.has(permission) && isOwnAddress(contents.getURL())));
  session.setPermissionCheckHandler((_contents, permission, origin) => grantedPermissions.has(permission) && isOwnAddress(origin));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayLoad(details.url) }));
}

/** Our own files, what the page made itself, and the browser's own developer tools. */
export function mayLoad(url: string): boolean {
  return isOwnAddress(url) || url.startsWith('blob:app://') || url.startsWith('devtools://');
}
