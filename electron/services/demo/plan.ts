import { chestStudies } from './chest-studies';
import { brainStudies } from './mr-studies';
import type { DemoObject, DemoOptions, PlannedObject } from './types';

/** Every image of the demo set in the order of sending; nothing is rendered yet. */
export function planDemo(options: DemoOptions): PlannedObject[] {
  const planned = [...chestStudies(options), ...brainStudies(options)].flat();
  return options.studies === undefined ? planned : planned.filter((object) => options.studies?.includes(object.study));
}

/** The demo set, one image at a time: each is made when it is asked for and not kept. */
export function* demoStudies(options: DemoOptions): Generator<DemoObject, void, undefined> {
  for (const planned of planDemo(options)) yield planned.make();
}
