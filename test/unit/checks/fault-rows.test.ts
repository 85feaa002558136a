import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const table = readFileSync(join(root, 'build/decisions/0137-fault-rows.md'), 'utf8');

interface Row {
  readonly name: string;
  readonly held: string;
}

const rows: readonly Row[] = table.split('\n').flatMap((line) => {
  const [, name = '', , held = ''] = line.split('|').map((cell) => cell.trim());
  return /^[ABCO]\d+$/.test(name) ? [{ name, held }] : [];
});

/** Test files of a row, each with the words that its tests must say. */
function claims(held: string): { file: string; words: string[] }[] {
  return [...held.matchAll(/`([^`]+\.test\.ts)`((?:,? "[^"]+")+)/g)].map(([, file = '', words = '']) => ({
    file,
    words: [...words.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word),
  }));
}

describe('the fault table', () => {
  it('has every row of connections, messages, cache and archives, once', () => {
    const all = (letter: string, last: number): string[] => Array.from({ length: last }, (_, n) => `${letter}${String(n + 1)}`);
    expect(rows.map(({ name }) => name)).toEqual([...all('A', 17), ...all('B', 21), ...all('C', 9), ...all('O', 20)]);
  });

  it.each(rows.map(({ name, held }) => [name, held] as const))('%s is held by tests that are there, or says why by none', (_name, held) => {
    const found = claims(held);
    if (found.length === 0) expect(held).toMatch(/^Not: .{20}/);
    for (const { file, words } of found) {
      expect(existsSync(join(root, file)), file).toBe(true);
      const text = readFileSync(join(root, file), 'utf8');
      for (const word of words) expect(text, `${file} says "${word}"`).toContain(word);
    }
    // every path and every quoted word belongs to a claim: nothing stands there unchecked
    const unchecked = held.replace(/`[^`]+\.test\.ts`(?:,? "[^"]+")+/g, '').replace(/Not: .*$/, '');
    expect(unchecked).not.toMatch(/["`]/);
  });
});
