import type { WebContents, WebFrameMain } from 'electron';
import { isOwnAddress } from './page-policy';

/** The parts of an IPC event that tell who sent it. */
export interface SenderFacts {
  readonly sender: Pick<WebContents, 'id'>;
  readonly senderFrame: Pick<WebFrameMain, 'url' | 'parent'> | null;
}

/**
 * Checklist point 17, for every message from a page: true only for the top frame, on our own scheme, of a window that we made.
 * A frame that is gone (null) is nobody.
 */
export function isOwnSender({ sender, senderFrame }: SenderFacts, ownContents: (contentsId: number) => boolean): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnAddress(senderFrame.url) && ownContents(sender.id);
}
