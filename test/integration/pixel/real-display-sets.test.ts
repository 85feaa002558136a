import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildDisplaySets, DisplaySet, type IndexedInstance } from '@shared/domain';
import { readPart10Header, walkDataSet } from '../../../electron/services/part10';
import { realData } from '../../support/data';

const folder = realData();

/** Display sets of all objects in a folder of the real data. */
function setsOf(name: string): DisplaySet[] {
  const path = join(folder ?? '', name);
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.dcm'));
  const instances = files.flatMap((file, index): IndexedInstance[] => {
    const bytes = readFileSync(join(file.parentPath, file.name));
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
});
