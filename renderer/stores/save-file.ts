import { CallError } from '@shared/contract';
import type { StationHost } from './host';

/** Asks where to and writes the whole file. What happened in words; empty when the user chose no place. */
export async function saveFile(host: Pick<StationHost, 'call'>, name: string, content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  try {
    const { path } = await host.call('dialog.saveFile', { name, content });
    return path === undefined ? '' : `Written to ${path}.`;
  } catch (error) {
    const reason = error instanceof CallError || error instanceof Error ? error.message : String(error);
    return `Nothing was written: ${reason}.`;
  }
}
