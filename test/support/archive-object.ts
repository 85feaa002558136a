import { testObject, type TestObject } from './storage-rig';

/** Four objects a study. */
export function studyOf(n: number): string {
  return `2.25.70.${String(Math.floor(n / 4))}`;
}

/** The nth object of the kill test of the archive, the same in the child and in the test. */
export function archiveObject(n: number): TestObject {
  const StudyInstanceUID = studyOf(n);
  const pixelBytes = n % 11 === 0 ? 40_000 : 500 + ((n * 7919) % 6000);
  return testObject(n, { pixelBytes, SOPInstanceUID: `2.25.79.${String(n)}`, StudyInstanceUID, SeriesInstanceUID: `${StudyInstanceUID}.1` });
}
