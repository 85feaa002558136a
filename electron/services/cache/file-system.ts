import { statfsSync } from 'node:fs';

/** On what a folder stands, as far as the system tells. */
export type FolderVerdict = { readonly kind: 'local' } | { readonly kind: 'doubtful' | 'network'; readonly name: string };

/** Linux, statfs(2): file systems of other computers. SQLite's log does not work on them, and a lock there holds nobody back (reliability C6). */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'Ceph'],
]);

/** What may stand on anything: a program's own file system, the folder of a host shared with its guest. */
const DOUBTFUL: ReadonlyMap<number, string> = new Map([
  [0x65735546, 'FUSE'],
  [0x01021997, '9P'],
]);

/** Type of the file system of a folder as statfs(2) gives it; undefined where the system has no such numbers. */
export function fileSystemType(path: string): number | undefined {
  return process.platform === 'linux' ? statfsSync(path).type >>> 0 : undefined;
}

/** Whether a data folder can be trusted there. On Windows a path that begins with two slashes is another computer's. */
export function judgeFolder(path: string, type: number | undefined): FolderVerdict {
  if (/^[\\/]{2}[^\\/.?]/.test(path)) return { kind: 'network', name: 'a shared folder' };
  const network = type === undefined ? undefined : NETWORK.get(type);
  if (network !== undefined) return { kind: 'network', name: network };
  const doubtful = type === undefined ? undefined : DOUBTFUL.get(type);
  return doubtful === undefined ? { kind: 'local' } : { kind: 'doubtful', name: doubtful };
}
