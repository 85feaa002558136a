import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planImport } from '../../../electron/services/import/plan-import';
import { el, encodeDataSet, encodePart10, type Encoding, sampleImage, sq } from '../../support/dicom';

let top: string;
let folder: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'alternator-disc-')));
  folder = join(top, 'disc');
  mkdirSync(folder);
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const EXPLICIT = '1.2.840.10008.1.2.1';
const SYNTAX: Readonly<Record<Encoding, string>> = { explicitLE: EXPLICIT, implicitLE: '1.2.840.10008.1.2', explicitBE: '1.2.840.10008.1.2.2' };

function put(path: string, n = 1): string {
  const full = join(folder, path);
  mkdirSync(join(full, '..'), { recursive: true });
  const SOPInstanceUID = `2.25.${n}`;
  const ids = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID, TransferSyntaxUID: EXPLICIT };
  writeFileSync(full, encodePart10(ids, encodeDataSet(sampleImage({ SOPInstanceUID }))));
  return full;
}

/** A DICOMDIR whose records name these files; its offsets are all zero, as on many discs. */
function index(fileIds: readonly string[], options: { name?: string; encoding?: Encoding; cut?: number } = {}): string {
  const { name = 'DICOMDIR', encoding = 'explicitLE', cut } = options;
  const record = (type: string, fileId?: string) => [
    el(0x00041400, 'UL', 0),
    el(0x00041410, 'US', 0xffff),
    el(0x00041420, 'UL', 0),
    el(0x00041430, 'CS', type),
    ...(fileId === undefined ? [] : [el(0x00041500, 'CS', fileId)]),
  ];
  const records = [record('PATIENT'), record('STUDY'), record('SERIES'), ...fileIds.map((fileId) => record('IMAGE', fileId))];
  const dataSet = encodeDataSet([el(0x00041130, 'CS', 'DISC'), sq(0x00041220, records)], encoding);
  const ids = { SOPClassUID: '1.2.840.10008.1.3.10', SOPInstanceUID: '2.25.3', TransferSyntaxUID: SYNTAX[encoding] };
  const file = encodePart10(ids, dataSet);
  const path = join(folder, name);
  writeFileSync(path, cut === undefined ? file : file.subarray(0, cut));
  return path;
}

async function plan(path: string) {
  const { items, refused, notes, close } = await planImport([path], new AbortController().signal);
  close();
  const short = (name: string): string => name.replace(`${folder}/`, '');
  return { files: items.map(({ path: file }) => short(file)), refused: refused.map(({ name, reason }) => [short(name), reason]), notes };
}

describe('a disc with a DICOMDIR', () => {
  it.each(['explicitLE', 'implicitLE', 'explicitBE'] as const)('chosen by its DICOMDIR (%s) gives the files that it names and no others', async (encoding) => {
    put('DICOM/IM1');
    put('DICOM/IM2');
    put('VIEWER/OTHER');
    expect(await plan(index(['DICOM\\IM1', 'DICOM\\IM2'], { encoding }))).toEqual({ files: ['DICOM/IM1', 'DICOM/IM2'], refused: [], notes: [] });
  });

  it('finds names that the medium has in lower case or with a version', async () => {
    put('dicom/im1.');
    put('dicom/im2;1');
    expect((await plan(index(['DICOM\\IM1', 'DICOM\\IM2']))).files).toEqual(['dicom/im1.', 'dicom/im2;1']);
  });

  it('names what is not on the medium', async () => {
    put('DICOM/IM1');
    const found = await plan(index(['DICOM\\IM1', 'DICOM\\IM9']));
    expect(found.files).toEqual(['DICOM/IM1']);
    expect(found.refused).toEqual([['DICOM/IM9', 'named by DICOMDIR, not on the medium']]);
  });

  it('never leaves the medium, by name or by link', async () => {
    writeFileSync(join(top, 'secret'), 'x');
    put('DICOM/IM1');
    symlinkSync(top, join(folder, 'OUT'));
    symlinkSync(join(top, 'secret'), join(folder, 'LINK'));
    const found = await plan(index(['..\\SECRET', '/etc/passwd', 'OUT\\SECRET', 'LINK', 'DICOM\\..\\..\\SECRET', 'C:\\X', 'DICOM\\IM1']));
    expect(found.files).toEqual(['DICOM/IM1']);
    expect(found.refused).toHaveLength(6);
  });

  it('is scanned when its DICOMDIR names no file that is there, or is damaged from the start', async () => {
    put('A/IM1');
    put('A/IM2');
    const wrong = await plan(index(['B\\IM1']));
    expect(wrong.files).toEqual(['A/IM1', 'A/IM2']);
    expect(wrong.notes[0]).toBe('DICOMDIR names 1 files and none is there: its folder was scanned instead.');
    const cut = await plan(index(['A\\IM1'], { cut: 500 }));
    expect(cut.files).toEqual(['A/IM1', 'A/IM2']);
    expect(cut.notes[0]).toMatch(/^DICOMDIR cannot be read \(.*\): its folder was scanned instead\.$/);
  });

  it('chosen as a folder gives everything in it, says how the index compares, and does not count the index as a file', async () => {
    put('DICOM/IM1');
    put('EXTRA');
    index(['DICOM\\IM1', 'DICOM\\IM2']);
    const found = await plan(folder);
    expect(found.files).toEqual(['DICOM/IM1', 'EXTRA']);
    expect(found.notes).toEqual(['DICOMDIR names 2 files, 1 are on the medium.']);
    expect(found.refused).toEqual([['DICOM/IM2', 'named by DICOMDIR, not on the medium']]);
  });
});
