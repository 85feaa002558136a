import { chestStudies } from './chest-studies';
import { brainStudies } from './mr-studies';
import type { DemoOptions, PlannedObject } from './types';

/** Every image of the demo set in the order of sending; nothing is rendered yet. */
export function planDemo(options: DemoOptions): PlannedObject[] {
  const planned = [...chestStudies(options), ...brainStudies(options)].flat();
  return options.studies === undefined ? planned : planned.filter((object) => options.studies?.includes(object.study));
}
