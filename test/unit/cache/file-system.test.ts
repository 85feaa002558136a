import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { fileSystemType, judgeFolder } from '../../../electron/services/cache/file-system';

describe('what a data folder stands on', () => {
  it('is another computer by the type of the file system', () => {
    expect(judgeFolder('/mnt/pacs', 0x6969)).toEqual({ kind: 'network', name: 'NFS' });
    expect(judgeFolder('/mnt/pacs', 0xfe534d42)).toEqual({ kind: 'network', name: 'SMB2' });
  });

  it('is another computer by its path on Windows, a device path is not', () => {
    expect(judgeFolder('\\\\server\\images', undefined)).toMatchObject({ kind: 'network' });
    expect(judgeFolder('\\\\?\\C:\\images', undefined)).toEqual({ kind: 'local' });
    expect(judgeFolder('\\\\.\\C:\\images', undefined)).toEqual({ kind: 'local' });
  });

  it('is in doubt where a program or a host stands behind it, and local otherwise', () => {
    expect(judgeFolder('/mnt/x', 0x65735546)).toEqual({ kind: 'doubtful', name: 'FUSE' });
    expect(judgeFolder('/home/x', 0xef53)).toEqual({ kind: 'local' });
    expect(judgeFolder('/home/x', undefined)).toEqual({ kind: 'local' });
  });

  it('has a number on Linux alone', () => {
    expect(typeof fileSystemType(tmpdir())).toBe(process.platform === 'linux' ? 'number' : 'undefined');
  });
});
