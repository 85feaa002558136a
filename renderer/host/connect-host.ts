import type { HostBridge, HostBridgeName, HostMessage } from '@shared/contract';
import { createHostConnection } from './connection';
import { installTrustedTypes } from './trusted-types';
import type { HostConnection } from './types';

const BRIDGE: HostBridgeName = 'alternatorHost';

/**
 * Connects this page with main and services: call it once, first of all, in the page's entry. Throws when the page was not
 * opened by the program (no preload).
 */
export function connectHost(page: Window = window): HostConnection {
  const bridge = (page as unknown as Record<string, HostBridge | undefined>)[BRIDGE];
  if (bridge === undefined) throw new Error('this page works inside Alternator only: the preload is missing');
  installTrustedTypes(page);
  return createHostConnection({
    bridge,
    onHostMessage(listener) {
      const onMessage = (event: MessageEvent<unknown>) => {
        if (event.source !== page || event.origin !== page.location.origin) return;
        if (isHostMessage(event.data)) listener(event.data, event.ports);
      };
      page.addEventListener('message', onMessage);
      return () => page.removeEventListener('message', onMessage);
    },
    report: (text) => console.warn(text),
  });
}

/** Only our own code runs in this window and posts to it; other messages (developer tools) are told apart by the field. */
function isHostMessage(data: unknown): data is HostMessage {
  return typeof data === 'object' && data !== null && 'alternator' in data && typeof data.alternator === 'string';
}
