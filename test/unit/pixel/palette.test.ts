import { describe, expect, it } from 'vitest';
import { applyPalette, type Palette, type PaletteTable, readPalette } from '@shared/pixel';

function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(values).buffer);
}

function palette(table: PaletteTable, others: Partial<Palette> = {}): Palette {
  return { red: table, green: table, blue: table, ...others };
}

function entries(table: PaletteTable): number[] | string {
  const read = readPalette(palette(table));
  return read.ok ? Array.from({ length: read.rgb.length / 3 }, (_, index) => read.rgb[3 * index] ?? -1) : read.reason;
}

describe('a palette', () => {
  it('gives each stored value its colour, and its ends to values outside', () => {
    const read = readPalette({
      red: { descriptor: [3, 10, 16], data: words(0x1100, 0x2200, 0x3300), isSegmented: false },
      green: { descriptor: [3, 10, 16], data: words(0x4400, 0x5500, 0x6600), isSegmented: false },
      blue: { descriptor: [3, 10, 16], data: words(0, 0x00ff, 0xffff), isSegmented: false },
    });
    if (!read.ok) throw new Error(read.reason);
    const out = new Uint8Array(12);
    applyPalette(Int16Array.of(-5, 11, 12, 400), read, out);
    expect([...out]).toEqual([0x11, 0x44, 0, 0x22, 0x55, 0, 0x33, 0x66, 0xff, 0x33, 0x66, 0xff]);
  });

  it('of 8 bit entries may stand in bytes or in words, and 0 means 65,536', () => {
    expect(entries({ descriptor: [3, 0, 8], data: Uint8Array.of(1, 2, 3, 0), isSegmented: false })).toEqual([1, 2, 3]);
    expect(entries({ descriptor: [3, 0, 8], data: words(1, 2, 3), isSegmented: false })).toEqual([1, 2, 3]);
    const whole = entries({ descriptor: [0, 0, 16], data: new Uint8Array(131_072).fill(7), isSegmented: false });
    expect([whole.length, whole[65_535]]).toEqual([65_536, 7]);
  });

  it('in segments is expanded: discrete, linear and indirect (PS3.3 C.7.9.2)', () => {
    const data = words(0, 2, 0x1000, 0x2000, 1, 4, 0x6000, 2, 1, 0, 0);
    expect(entries({ descriptor: [8, 0, 16], data, isSegmented: true })).toEqual([0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x10, 0x20]);
    const bytes = Uint8Array.of(0, 1, 10, 1, 2, 30, 2, 2, 0, 0, 0, 0);
    expect(entries({ descriptor: [6, 0, 8], data: bytes, isSegmented: true })).toEqual([10, 20, 30, 10, 20, 30]);
  });

  it('whose 16 bit words hold 8 bit values is taken for what it means', () => {
    expect(entries({ descriptor: [3, 0, 16], data: words(0, 0x7f, 0xff), isSegmented: false })).toEqual([0, 0x7f, 0xff]);
    // One table that reaches the upper byte is enough for all three.
    const table: PaletteTable = { descriptor: [2, 0, 16], data: words(0, 0xff), isSegmented: false };
    const read = readPalette(palette(table, { blue: { ...table, data: words(0, 0x100) } }));
    expect(read.ok && [...read.rgb]).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('that is broken says how, and ends', () => {
    expect(entries({ descriptor: [4, 0, 16], data: words(1, 2), isSegmented: false })).toBe('the palette has 2 of 4 entries');
    expect(entries({ descriptor: [4, 0, 12], data: words(1, 2, 3, 4), isSegmented: false })).toBe('palette entries of 12 bits');
    expect(entries({ descriptor: [4, 0, 16], data: words(2, 65_535, 0, 0), isSegmented: true })).toBe('the palette has 0 of 4 entries');
    expect(entries({ descriptor: [4, 0, 16], data: words(0, 0, 0, 0), isSegmented: true })).toBe('the palette has 0 of 4 entries');
    const table: PaletteTable = { descriptor: [1, 0, 16], data: words(1), isSegmented: false };
    expect(readPalette(palette(table, { blue: { ...table, descriptor: [2, 0, 16] } }))).toEqual({
      ok: false,
      reason: 'the three tables of the palette differ in size',
    });
  });
});
