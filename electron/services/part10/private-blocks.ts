/** Blocks that a private creator is looked for in (PS3.5 7.8.1): the first is usual, others come where several creators share a group. */
const BLOCKS = [0x10, 0x11, 0x12, 0x13] as const;

type Block = (typeof BLOCKS)[number];

export type PrivateName = `Creator0019${Block}` | `Creator0029${Block}` | `ImagesInMosaic${Block}` | `CsaImageHeader${Block}`;

/** Private elements that a walk keeps, each in every block that its creator may have. */
export const PRIVATE_ELEMENTS: readonly (readonly [name: PrivateName, tag: number, vr: 'LO' | 'US' | 'OB'])[] = BLOCKS.flatMap((block) => [
  [`Creator0019${block}`, 0x00190000 + block, 'LO'] as const,
  [`Creator0029${block}`, 0x00290000 + block, 'LO'] as const,
  [`ImagesInMosaic${block}`, 0x00190000 + block * 0x100 + 0x0a, 'US'] as const,
  [`CsaImageHeader${block}`, 0x00290000 + block * 0x100 + 0x10, 'OB'] as const,
]);

/** The block whose creator has this name; undefined: none of those that are looked at. */
export function blockOf(group: '0019' | '0029', creator: string, textOf: (name: PrivateName) => string): Block | undefined {
  return BLOCKS.find((block) => textOf(`Creator${group}${block}`) === creator);
}
