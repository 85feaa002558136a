import { chestStudies } from './chest-studies';
import { brainStudies } from './mr-studies';
import type { DemoOptions, PlannedObject } from './types';

/** What the first run makes in the local list; the demo archive holds these and everything else. */
const LOCAL_STUDIES: readonly string[] = ['ct-chest', 'ct-chest-prior', 'mr-brain'];

/** Every object of the demo set in the order of making; nothing is rendered yet. */
export function planDemo(options: DemoOptions): PlannedObject[] {
  const planned = [...chestStudies(options), ...brainStudies(options)].flat();
  const { studies = LOCAL_STUDIES } = options;
  return studies === 'all' ? planned : planned.filter((object) => studies.includes(object.study));
}
