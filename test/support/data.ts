import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Folder of real DICOM data beside the project (`ALTERNATOR_DATA`, or ../shared/data from the repository), or undefined: an extra layer of tests,
 * never needed for the others.
 */
export function realData(): string | undefined {
  const folder = process.env['ALTERNATOR_DATA'] ?? resolve(import.meta.dirname, '..', '..', '..', 'shared', 'data');
  return existsSync(folder) ? folder : undefined;
}
