import type { EdidIdentity } from '@shared/domain';

export type EdidFact = readonly [name: string, value: string];

/** What a monitor says of its colours, by name; what it leaves out is said to be. */
export function edidFacts({ bitsPerColour, deepColourBits, chromaticity, hdr, sizeMm, preferred }: EdidIdentity): readonly EdidFact[] {
  const xy = (point: readonly [number, number] | undefined): string => (point === undefined ? '' : `${point[0].toFixed(3)}, ${point[1].toFixed(3)}`);
  const colours = chromaticity === undefined ? [] : [chromaticity.red, chromaticity.green, chromaticity.blue];
  const hasColours = colours.length > 0 && colours.every((point) => point !== undefined);
  return [
    ['Input', inputWords(bitsPerColour, deepColourBits)],
    ['White point', chromaticity === undefined ? 'not said' : `x, y ${xy(chromaticity.white)}`],
    ['Red, green, blue', hasColours ? `x, y ${colours.map(xy).join('; ')}` : 'not said'],
    ['HDR', hdrWords(hdr)],
    ['Picture', [preferred && `${preferred.width} x ${preferred.height}`, sizeMm && `${sizeMm[0]} x ${sizeMm[1]} mm`].filter(Boolean).join(', ') || 'not said'],
  ];
}

function inputWords(bits: number | undefined, deep: number | undefined): string {
  const parts = [bits === undefined ? '' : `${bits} bits a colour`, deep === undefined ? '' : `up to ${deep} over HDMI`].filter((part) => part !== '');
  return parts.length === 0 ? 'bits a colour not said' : parts.join(', ');
}

function hdrWords(hdr: EdidIdentity['hdr']): string {
  if (hdr === undefined) return 'not said';
  const range = hdr.mostNits === undefined ? '' : `${hdr.leastNits === undefined ? '' : `${hdr.leastNits.toFixed(3)} to `}${hdr.mostNits.toFixed(0)} cd/m²`;
  const average = hdr.mostAverageNits === undefined ? '' : `${hdr.mostAverageNits.toFixed(0)} cd/m² over the whole picture`;
  return [hdr.transfers.join(', '), range, average].filter((part) => part !== '').join('; ');
}
