import { el, sq, type Element, type SequenceElement } from './writer';

type Macro = (...elements: readonly Element[]) => Element;
type Lengths = Parameters<typeof sq>[2];

/** What the groups of a frame (or the shared ones) say, in the words of the standard; written as PS3.3 C.7.6.16 has it. */
export interface Groups {
  readonly position?: readonly number[];
  readonly orientation?: readonly number[];
  readonly positionVolume?: readonly number[];
  readonly spacing?: readonly number[];
  readonly thickness?: number;
  readonly stack?: string;
  readonly inStack?: number;
  readonly temporal?: number;
  readonly dimensions?: readonly number[];
  readonly triggerMs?: number;
  readonly frameType?: readonly string[];
  readonly laterality?: string;
  readonly echoMs?: number;
  readonly bValue?: number;
  readonly gradient?: readonly number[];
  readonly durationMs?: number;
  readonly pixelShifts?: readonly { readonly id: number; readonly shift: readonly [number, number] }[];
  readonly positioner?: readonly [primary: number, secondary: number];
  readonly window?: readonly [center: number, width: number, explanation?: string, fn?: string];
  readonly rescale?: readonly [slope: number, intercept: number, type: string];
  readonly realWorld?: readonly { readonly slope: number; readonly intercept: number; readonly units: string }[];
}

/** The macros of one item. */
export function groupItem(groups: Groups, lengths: Lengths = {}): Element[] {
  const macro =
    (tag: number): Macro =>
    (...elements) =>
      sq(tag, [elements], lengths);
  const out: Element[] = [];
  const { position, orientation, positionVolume, spacing, window, rescale, realWorld } = groups;
  if (groups.frameType !== undefined) out.push(macro(0x00189226)(el(0x00089007, 'CS', groups.frameType)));
  if (groups.echoMs !== undefined) out.push(macro(0x00189114)(el(0x00189082, 'FD', groups.echoMs)));
  if (groups.bValue !== undefined) out.push(macro(0x00189117)(...diffusion(groups, lengths)));
  if (groups.positioner !== undefined) {
    const [primary, secondary] = groups.positioner;
    out.push(macro(0x00189405)(el(0x00181510, 'DS', primary), el(0x00181511, 'DS', secondary)));
  }
  if (groups.triggerMs !== undefined) out.push(macro(0x00189118)(el(0x00209153, 'FD', groups.triggerMs)));
  if (groups.laterality !== undefined) out.push(macro(0x00209071)(el(0x00209072, 'CS', groups.laterality)));
  const content = frameContent(groups);
  if (content.length > 0) out.push(macro(0x00209111)(...content));
  if (position !== undefined) out.push(macro(0x00209113)(el(0x00200032, 'DS', position)));
  if (orientation !== undefined) out.push(macro(0x00209116)(el(0x00200037, 'DS', orientation)));
  if (positionVolume !== undefined) out.push(macro(0x0020930e)(el(0x00209301, 'FD', positionVolume)));
  if (spacing !== undefined) {
    const thickness = groups.thickness === undefined ? [] : [el(0x00180050, 'DS', groups.thickness)];
    out.push(macro(0x00289110)(...thickness, el(0x00280030, 'DS', spacing)));
  }
  if (window !== undefined) {
    const [center, width, explanation = '', fn = ''] = window;
    out.push(macro(0x00289132)(el(0x00281050, 'DS', center), el(0x00281051, 'DS', width), el(0x00281055, 'LO', explanation), el(0x00281056, 'CS', fn)));
  }
  if (rescale !== undefined) {
    const [slope, intercept, type] = rescale;
    out.push(macro(0x00289145)(el(0x00281052, 'DS', intercept), el(0x00281053, 'DS', slope), el(0x00281054, 'LO', type)));
  }
  if (groups.pixelShifts !== undefined) {
    const items = groups.pixelShifts.map(({ id, shift }) => [el(0x00286114, 'FL', new Uint8Array(Float32Array.from(shift).buffer)), el(0x00289416, 'US', id)]);
    out.push(sq(0x00289415, items, lengths));
  }
  if (realWorld !== undefined) out.push(realWorldMapping(realWorld, lengths));
  return out.sort((left, right) => left.tag - right.tag);
}

/** Shared and Per-Frame Functional Groups Sequence. */
export function functionalGroups(shared: Groups, frames: readonly Groups[], lengths: Lengths = {}): SequenceElement[] {
  return [
    sq(0x52009229, [groupItem(shared, lengths)], lengths),
    sq(
      0x52009230,
      frames.map((frame) => groupItem(frame, lengths)),
      lengths,
    ),
  ];
}

function frameContent({ stack, inStack, temporal, dimensions, durationMs }: Groups): Element[] {
  return [
    ...(durationMs === undefined ? [] : [el(0x00189220, 'FD', durationMs)]),
    ...(stack === undefined ? [] : [el(0x00209056, 'SH', stack)]),
    ...(inStack === undefined ? [] : [el(0x00209057, 'UL', inStack)]),
    ...(temporal === undefined ? [] : [el(0x00209128, 'UL', temporal)]),
    ...(dimensions === undefined ? [] : [el(0x00209157, 'UL', dimensions)]),
  ];
}

function diffusion({ bValue, gradient }: Groups, lengths: Lengths): Element[] {
  const direction = gradient === undefined ? [] : [sq(0x00189076, [[el(0x00189089, 'FD', gradient)]], lengths)];
  return [el(0x00189075, 'CS', gradient === undefined ? 'NONE' : 'DIRECTIONAL'), ...direction, el(0x00189087, 'FD', bValue ?? 0)];
}

function realWorldMapping(mappings: NonNullable<Groups['realWorld']>, lengths: Lengths): Element {
  return sq(
    0x00409096,
    mappings.map(({ slope, intercept, units }) => [
      sq(0x004008ea, [[el(0x00080100, 'SH', units), el(0x00080102, 'SH', 'UCUM')]], lengths),
      el(0x00409210, 'SH', units),
      el(0x00409211, 'US', 4095),
      el(0x00409216, 'US', 0),
      el(0x00409224, 'FD', intercept),
      el(0x00409225, 'FD', slope),
    ]),
    lengths,
  );
}
