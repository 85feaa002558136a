/** Blocks that a private creator is looked for in (PS3.5 7.8.1): the first is usual, others come where several creators share a group. */
const BLOCKS = [0x10, 0x11, 0x12, 0x13] as const;

type Block = (typeof BLOCKS)[number];

/** Elements by the low byte of their number, in the block of their creator. */
const ELEMENTS = [
  ['ImagesInMosaic', 0x0019, 0x0a, 'US'],
  ['SiemensBValue', 0x0019, 0x0c, 'IS'],
  ['SiemensDirectionality', 0x0019, 0x0d, 'CS'],
  ['SiemensGradient', 0x0019, 0x0e, 'FD'],
  ['CsaImageHeader', 0x0029, 0x10, 'OB'],
  ['GeBValue', 0x0043, 0x39, 'IS'],
] as const;

type PrivateGroup = '0019' | '0029' | '0043';

export type PrivateName = `Creator${PrivateGroup}${Block}` | `${(typeof ELEMENTS)[number][0]}${Block}`;

const CREATORS = [
  ['0019', 0x0019],
  ['0029', 0x0029],
  ['0043', 0x0043],
] as const;

/** Private elements that a walk keeps, each in every block that its creator may have. */
export const PRIVATE_ELEMENTS: readonly (readonly [name: PrivateName, tag: number, vr: 'LO' | 'US' | 'OB' | 'IS' | 'CS' | 'FD'])[] = BLOCKS.flatMap((block) => [
  ...CREATORS.map(([name, group]) => [`Creator${name}${block}`, group * 0x10000 + block, 'LO'] as const),
  ...ELEMENTS.map(([name, group, element, vr]) => [`${name}${block}`, group * 0x10000 + block * 0x100 + element, vr] as const),
]);

/** The block whose creator has this name; undefined: none of those that are looked at. */
export function blockOf(group: PrivateGroup, creator: string, textOf: (name: PrivateName) => string): Block | undefined {
  return BLOCKS.find((block) => textOf(`Creator${group}${block}`) === creator);
}
