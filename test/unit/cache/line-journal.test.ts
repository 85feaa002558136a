import { describe, expect, it } from 'vitest';
import { LineJournal } from '../../../electron/services/cache/line-journal';
import { LostWriteDisk } from '../../support/lost-write-layer';

interface Note {
  readonly key: string;
  readonly value: number;
}

class LastOfEach {
  readonly last = new Map<string, number>();
  take({ key, value }: Note): void {
    this.last.set(key, value);
  }
  *lines(): Generator<Note> {
    for (const [key, value] of this.last) yield { key, value };
  }
}

const PATH = '/data/notes';
const parse = (value: unknown): Note | undefined =>
  typeof value === 'object' && value !== null && 'key' in value && 'value' in value ? (value as Note) : undefined;

function open(disk: LostWriteDisk): { journal: LineJournal<Note>; fold: LastOfEach } {
  disk.layer.sync.mkdirs('/data');
  const fold = new LastOfEach();
  return { journal: LineJournal.open(disk.layer, PATH, fold, parse), fold };
}

function sizeOf(disk: LostWriteDisk): number {
  const handle = disk.layer.sync.open(PATH, 'r');
  const size = disk.layer.sync.size(handle);
  disk.layer.sync.close(handle);
  return size;
}

describe('a journal of lines', () => {
  it('is written anew while it is in use, when it has grown long about few matters', () => {
    const disk = new LostWriteDisk();
    const { journal } = open(disk);
    const filler = 'x'.repeat(100_000);
    for (let n = 0; n < 200; n++) journal.append({ key: filler, value: n });
    expect(sizeOf(disk)).toBeLessThan(9 * 2 ** 20);
    journal.append({ key: 'last', value: 7 });
    const left = disk.afterCut('nothing');
    expect([...open(left).fold.last]).toEqual([
      [filler, 199],
      ['last', 7],
    ]);
  });

  it('keeps lines of another version of the program, over being written anew too', () => {
    const disk = new LostWriteDisk();
    const first = open(disk);
    first.journal.append({ newer: true, text: 'what this version does not know' } as unknown as Note);
    first.journal.append({ key: 'a', value: 1 });
    first.journal.close();
    const { journal, fold } = open(disk);
    expect(fold.last.get('a')).toBe(1);
    for (let n = 0; n < 100; n++) journal.append({ key: 'y'.repeat(100_000), value: n });
    journal.close();
    const handle = disk.layer.sync.open(PATH, 'r');
    const bytes = Buffer.alloc(disk.layer.sync.size(handle));
    disk.layer.sync.read(handle, bytes, 0);
    expect(bytes.toString('utf8')).toContain('what this version does not know');
  });

  it('cuts off a torn last line, which nobody was told of', () => {
    const disk = new LostWriteDisk();
    const { journal } = open(disk);
    journal.append({ key: 'a', value: 1 });
    const end = sizeOf(disk);
    const handle = disk.layer.sync.open(PATH, 'r+');
    disk.layer.sync.write(handle, Buffer.from('deadbeef {"key":"b","val'), end);
    disk.layer.sync.close(handle);
    expect([...open(disk).fold.last]).toEqual([['a', 1]]);
    expect(sizeOf(disk)).toBe(end);
  });
});
