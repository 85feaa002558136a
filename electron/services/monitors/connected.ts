import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectedMonitor } from '@shared/domain';
import { MOST_EDID_BYTES, parseEdid } from './edid';
import type { MonitorProbe } from './monitor-probe';
import { macProbe, windowsProbe } from './system-probes';

/** Linux: the kernel's direct rendering manager keeps the EDID of each connector. */
export function drmProbe(folder = '/sys/class/drm'): MonitorProbe {
  return {
    async list() {
      let names: string[];
      try {
        names = await readdir(folder);
      } catch {
        return { monitors: [], problem: 'The kernel of this computer tells nothing about its monitors.' };
      }
      const monitors: ConnectedMonitor[] = [];
      for (const name of names.sort()) {
        const connector = /^card\d+-([\w-]{1,50})$/.exec(name)?.[1];
        if (connector === undefined) continue;
        const bytes = await readSome(join(folder, name, 'edid'));
        if (bytes === undefined || bytes.length === 0) continue; // nothing is connected
        const read = parseEdid(bytes);
        monitors.push(read.ok ? { connector, edid: read.identity } : { connector, problem: read.reason });
      }
      return { monitors };
    },
  };
}

/** Another system: nothing is known of its monitors, and it is said. */
function unknownProbe(platform: string): MonitorProbe {
  return {
    list: () => Promise.resolve({ monitors: [], problem: `Serial numbers of monitors are not read on ${platform}: profiles hold for the place of a screen.` }),
  };
}

export function monitorProbe(platform: NodeJS.Platform, env: { readonly SystemRoot?: string | undefined }): MonitorProbe {
  switch (platform) {
    case 'linux':
      return drmProbe();
    case 'win32':
      return windowsProbe(env.SystemRoot ?? 'C:\\Windows');
    case 'darwin':
      return macProbe();
    default:
      return unknownProbe(platform);
  }
}

/** At most as many bytes as an EDID may have; undefined when there is no such file. */
async function readSome(path: string): Promise<Uint8Array | undefined> {
  try {
    const handle = await open(path, 'r');
    try {
      const buffer = new Uint8Array(MOST_EDID_BYTES);
      let filled = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null);
        if (bytesRead === 0 || filled + bytesRead >= buffer.length) return buffer.subarray(0, filled + bytesRead);
        filled += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
