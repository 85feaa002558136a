import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildDisplaySets, DisplaySet, type IndexedInstance } from '@shared/domain';
import { readPart10Header, walkDataSet } from '../../../electron/services/part10';
import { realData } from '../../support/data';

const folder = realData();

/** Display sets of all objects in a folder of the real data. */
function setsOf(name: string): DisplaySet[] {
  const files = readdirSync(join(folder ?? '', name), { recursive: true, withFileTypes: true });
  return setsOfFiles(files.filter((entry) => entry.isFile() && entry.name.endsWith('.dcm')).map((file) => join(file.parentPath, file.name)));
}

function setsOfFile(name: string): DisplaySet[] {
  return setsOfFiles([join(folder ?? '', name)]);
}

function setsOfFiles(files: readonly string[]): DisplaySet[] {
  const instances = files.flatMap((file, index): IndexedInstance[] => {
    const bytes = readFileSync(file);
    const header = readPart10Header(bytes, true);
    if (!header.ok) return [];
    const { TransferSyntaxUID } = header;
    const result = walkDataSet(bytes.subarray(header.dataSetOffset), { TransferSyntaxUID });
    return result.ok ? [{ instanceId: index + 1, attributes: result.attributes }] : [];
  });
  return buildDisplaySets(instances).map((set) => DisplaySet.parse(set));
}

describe.runIf(folder !== undefined)('display sets of real series', () => {
  it('are one gapless stack for a whole chest CT, its report beside it', () => {
    const sets = setsOf('volumes/ct-chest-nlst');
    const stacks = sets.filter(({ kind }) => kind === 'image');
    expect(stacks.map(({ frames, notes }) => [frames.length, notes])).toEqual([[143, []]]);
    const places = stacks[0]?.frames.map((frame) => frame.alongNormalMm ?? NaN) ?? [];
    expect(places.slice(1).every((place, index) => Math.abs(Math.abs(place - (places[index] ?? 0)) - 2) < 0.01)).toBe(true);
  });

  it('say that spacing or orientation differs inside a tilted head CT', () => {
    const sets = setsOf('volumes/ct-head-ge-tilt');
    const told = sets.length > 1 || sets.some(({ notes }) => notes.some(({ kind }) => kind === 'spacingDiffers'));
    expect(told).toBe(true);
  });

  it('keep CT and PET of one study apart', () => {
    const stacks = setsOf('volumes/petct-acrin').filter(({ kind, frames }) => kind === 'image' && frames.length > 100);
    expect(stacks.map(({ Modality, frames, notes }) => [Modality, frames.length, notes.length])).toEqual([
      ['PT', 135, 0], // the lower Series Number
      ['CT', 135, 0],
    ]);
  });

  it('take enhanced and legacy-converted objects apart by their functional groups', () => {
    const facts = (file: string) =>
      setsOfFile(`enhanced/${file}`).map(({ frames, splitReason, notes }) => [frames.map(({ frameIndex }) => frameIndex + 1), splitReason, notes.length]);
    const upTo = (count: number, from = 1): number[] => Array.from({ length: count }, (_, index) => index + from);
    expect(facts('CT_legacy_converted_enhanced_3f.dcm')).toEqual([[[3, 2, 1], '', 0]]);
    expect(facts('MR_philips_enhanced_64f_B0.dcm')).toEqual([
      [upTo(32), 't1 m, TE 1.52 ms', 0],
      [upTo(32, 33), 't1 field_map, TE 0 ms', 0],
    ]);
    expect(facts('MR_enhanced_moving_knee_19f.dcm')).toEqual([[upTo(19), '', 0]]);
    expect(facts('eCT_Supplemental.dcm')).toEqual([[[2, 1], '', 0]]);
    const [knee] = setsOfFile('enhanced/MR_enhanced_moving_knee_19f.dcm');
    expect(knee?.frames[3]).toMatchObject({ FrameLaterality: 'R', spacingMm: [0.625, 0.625], sliceThicknessMm: 6, TemporalPositionIndex: 4 });
  });
});
