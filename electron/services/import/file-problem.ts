/** A fault of the file system in words for the person who chose the file. */
export function fileProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'not there (any more)';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read it';
    case 'EIO':
      return 'the disk could not read it';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many open files on this computer';
    default:
      return code === '' ? 'cannot be read' : `cannot be read (${code})`;
  }
}
