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
  const chest = chestStudies(options).flat();
  const brain = brainStudies(options).flat();
  const isLocal = (object: PlannedObject) => LOCAL_STUDIES.includes(object.study);
  // What the workstation has from its first run comes last: a search finds the other studies the sooner.
  const planned = [
    ...radiographDocuments(options),
    ...ecgStudies(options),
    ...chestRadiographs(options),
    ...angiographyStudies(options),
    ...enhancedMrStudies(options),
    ...ultrasoundStudies(options),
    ...mammograms(options),
    ...petCtDocuments(options),
    ...petCtImages(options),
    ...[...chest, ...brain].filter((object) => !isLocal(object)),
    ...[...chest, ...brain].filter(isLocal),
  ];
  const { studies = LOCAL_STUDIES } = options;
  return studies === 'all' ? planned : planned.filter((object) => studies.includes(object.study));
}
