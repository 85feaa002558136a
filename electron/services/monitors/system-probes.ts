import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { ConnectedMonitor } from '@shared/domain';
import { parseEdid } from './edid';
import type { MonitorProbe } from './monitor-probe';

/** Runs a program of the system with fixed arguments; resolves with what it prints. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

const TIMEOUT_MS = 20_000;
const MOST_OUTPUT = 1024 * 1024;
const MOST_MONITORS = 32;

const runProgram: RunProgram = (program, args) =>
  new Promise((resolve, reject) => {
    execFile(program, [...args], { timeout: TIMEOUT_MS, maxBuffer: MOST_OUTPUT, windowsHide: true }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program}: ${error.message}`, { cause: error }));
    });
  });

/** The first block of the EDID of each active monitor, a line each: its instance, a blank, bytes in hexadecimal parted by dashes. */
const WINDOWS_SCRIPT =
  'Get-CimInstance -Namespace root/wmi -ClassName WmiMonitorDescriptorMethods | Where-Object { $_.Active -ne $false } | ForEach-Object { ' +
  '$block = (Invoke-CimMethod -InputObject $_ -MethodName WmiGetMonitorRawEEdidV1Block -Arguments @{ BlockId = [byte]0 }).BlockContent; ' +
  "Write-Output ($_.InstanceName + ' ' + [BitConverter]::ToString($block)) }";

/** Windows: the monitor class driver hands out the EDID by WMI. `systemRoot`: the folder of Windows. */
export function windowsProbe(systemRoot: string, run: RunProgram = runProgram): MonitorProbe {
  const program = join(systemRoot, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  return {
    list: () =>
      listed('Windows', async () => {
        const output = await run(program, ['-NoProfile', '-NonInteractive', '-Command', WINDOWS_SCRIPT]);
        return [...output.matchAll(/^(\S.*?) ([0-9A-F]{2}(?:-[0-9A-F]{2}){127,})\s*$/gm)].map(([, name = '', hex = '']) => ({
          connector: name.slice(0, 60),
          bytes: bytesOf(hex.replaceAll('-', '')),
        }));
      }),
  };
}

/** macOS: the registry of devices keeps the EDID of displays on computers with Intel graphics; others keep none. */
export function macProbe(run: RunProgram = runProgram): MonitorProbe {
  return {
    list: () =>
      listed('macOS', async () => {
        const output = await run('/usr/sbin/ioreg', ['-l', '-w0', '-r', '-c', 'IODisplayConnect', '-d', '3']);
        return [...output.matchAll(/"IODisplayEDID" = <([0-9a-fA-F]{256,1024})>/g)].map(([, hex = ''], at) => ({
          connector: `display ${at + 1}`,
          bytes: bytesOf(hex),
        }));
      }),
  };
}

interface Found {
  readonly connector: string;
  readonly bytes: Uint8Array;
}

async function listed(
  system: string,
  ask: () => Promise<readonly Found[]>,
): Promise<{ readonly monitors: readonly ConnectedMonitor[]; readonly problem?: string }> {
  let found: readonly Found[];
  try {
    found = (await ask()).slice(0, MOST_MONITORS);
  } catch {
    return { monitors: [], problem: `${system} could not be asked for its monitors: profiles hold for the place of a screen.` };
  }
  if (found.length === 0) return { monitors: [], problem: `${system} tells no serial numbers of its monitors here: profiles hold for the place of a screen.` };
  return {
    monitors: found.map(({ connector, bytes }) => {
      const read = parseEdid(bytes);
      return read.ok ? { connector, edid: read.identity } : { connector, problem: read.reason };
    }),
  };
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length >> 1 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}
