import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { attributeName } from '@shared/dicom';
import { pythonWith } from '../../support/peers';

const PRINT = [
  'import json',
  'from pydicom.datadict import DicomDictionary',
  'print(json.dumps([[keyword, name] for _, _, name, _, keyword in DicomDictionary.values() if keyword]))',
].join('\n');

describe('attribute names', () => {
  const python = pythonWith('pydicom');

  it.skipIf(python === undefined)('are those of the data dictionary as pydicom has it, every one', () => {
    const all = JSON.parse(execFileSync(python ?? '', ['-c', PRINT], { encoding: 'utf8', maxBuffer: 2 ** 26 })) as [string, string][];
    expect(all.length).toBeGreaterThan(4000);
    expect(all.filter(([keyword, name]) => attributeName(keyword) !== name)).toEqual([]);
  });
});
