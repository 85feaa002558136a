import { describe, expect, it } from 'vitest';
import { archiveProblem, entryProblem, type ZipEntryFacts } from '../../../electron/services/import/zip-rules';

const entry = (facts: Partial<ZipEntryFacts> = {}): ZipEntryFacts => ({
  name: 'DICOM/IM1',
  compressedSize: 1000,
  size: 4000,
  offset: 0,
  isEncrypted: false,
  isReadable: true,
  ...facts,
});

describe('what a zip archive may say of itself', () => {
  it('is opened when its entries stand one behind the other and expand as images do', () => {
    expect(archiveProblem([entry(), entry({ offset: 1100 })], 3000)).toBeUndefined();
  });

  it('is a bomb when it expands hundreds of times beyond a quarter of a gigabyte', () => {
    const blank = entry({ compressedSize: 2 ** 20, size: 2 ** 30 });
    expect(archiveProblem([blank], 2 ** 20 + 100)).toContain('expand 1024 times: a decompression bomb');
    expect(archiveProblem([{ ...blank, compressedSize: 2 ** 18, size: 2 ** 28 }], 2 ** 18 + 100)).toBeUndefined();
  });

  it('is a bomb when entries share bytes, whatever the order of the directory', () => {
    expect(archiveProblem([entry({ offset: 500 }), entry({ offset: 0 })], 5000)).toContain('share the same bytes');
    expect(archiveProblem([entry(), entry()], 5000)).toContain('share the same bytes');
  });

  it('is not opened when it has too many entries, expands too far, or points behind its end', () => {
    const limits = { entries: 2, totalBytes: 10_000, ratio: 200, ratioFromBytes: 2 ** 28 };
    expect(archiveProblem([entry(), entry(), entry()], 5000, limits)).toBe('more than 2 entries');
    expect(archiveProblem([entry({ size: 10_001 })], 5000, limits)).toContain('more than the 0.0 GB');
    expect(archiveProblem([entry({ offset: 4500 })], 5000)).toContain('behind its end');
  });

  it.each(['../up.dcm', 'a/../../up.dcm', '/etc/passwd', '\\\\server\\share\\x', 'C:\\x.dcm', 'a\\..\\b', 'a\0b'])('leaves out an entry named %j', (name) => {
    expect(entryProblem(entry({ name }))).toBe('its name points outside of the archive');
  });

  it('takes names that only look odd', () => {
    for (const name of ['a..b/c', 'IM 1', 'ÄÖ/テスト', '..dcm', 'a\\b.dcm']) expect(entryProblem(entry({ name }))).toBeUndefined();
  });

  it('says why it leaves out what is encrypted, compressed otherwise, or an archive itself', () => {
    expect(entryProblem(entry({ isEncrypted: true }))).toContain('password');
    expect(entryProblem(entry({ isReadable: false }))).toContain('method');
    expect(entryProblem(entry({ name: 'inner.ZIP' }))).toContain('an archive inside an archive');
  });
});
