import { shell } from 'electron';
import type { EventPayload } from '@shared/contract';
import { mayOpen } from './security/may-open';

/** A page of a sign-in service in the browser of the system. Where there is none, the address is told, so that a person can open it. Never rejects. */
export async function openBrowser(
  url: string,
  tell: (notice: EventPayload<'station.notice'>) => void,
  open: (url: string) => Promise<void> = (page) => shell.openExternal(page),
): Promise<void> {
  const key = 'sign-in.browser';
  if (!mayOpen(url)) {
    tell({ level: 'attention', text: 'The sign-in page was not opened: its address is not a secure one.', key });
    return;
  }
  try {
    await open(url);
  } catch {
    tell({ level: 'attention', text: 'No browser could be opened for the sign-in. Open this address yourself, on this computer.', detail: url, key });
  }
}
