import { angiographyStudies } from './angiography-study';
import { chestRadiographs } from './chest-radiographs';
import { chestStudies } from './chest-studies';
import { ecgStudies } from './documents/ecg-study';
import { petCtDocuments } from './documents/pet-ct-documents';
import { radiographDocuments } from './documents/radiograph-documents';
import { enhancedMrStudies } from './enhanced-mr-study';
import { mammograms } from './mammograms';
import { brainStudies } from './mr-studies';
import { ultrasoundStudies } from './ultrasound-studies';
import { petCtImages } from './pet-ct-study';
import type { DemoOptions, PlannedObject } from './types';

/** What the first run makes in the local list; the demo archive holds these and everything else. */
const LOCAL_STUDIES: readonly string[] = ['ct-chest', 'ct-chest-prior', 'mr-brain'];

/** Every object of the demo set in the order of making; nothing is rendered yet. */
export function planDemo(options: DemoOptions): PlannedObject[] {
  const planned = [
    ...chestStudies(options).flat(),
    ...brainStudies(options).flat(),
    ...chestRadiographs(options),
    ...radiographDocuments(options),
    ...mammograms(options),
    ...ultrasoundStudies(options),
    ...petCtImages(options),
    ...petCtDocuments(options),
    ...angiographyStudies(options),
    ...ecgStudies(options),
    ...enhancedMrStudies(options),
  ];
  const { studies = LOCAL_STUDIES } = options;
  return studies === 'all' ? planned : planned.filter((object) => studies.includes(object.study));
}
