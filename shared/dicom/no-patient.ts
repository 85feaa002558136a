/**
 * Objects that belong to no patient (PS3.4 GG.3: hanging protocols, palettes, implant templates) name no study and no series. The index lists them under this
 * one; it stands in no object, is told to no other node, and no byte is changed for it. From a UUID (PS3.5 B.2).
 */
export const NO_PATIENT_STUDY = '2.25.218614270551894076903211736095238114519';

/** What the list calls it. */
export const NO_PATIENT_DESCRIPTION = 'Objects of no patient';

/** The series under it for objects of one class, so that they stand together. */
export function noPatientSeries(SOPClassUID: string): string {
  // The classes of PS3.4 GG.3 share a short root: what follows it is digits and dots, and the whole stays below 64 characters.
  const own = SOPClassUID.replace(/^1\.2\.840\.10008\.5\.1\.4\./, '').replace(/[^0-9]/g, '');
  return `${NO_PATIENT_STUDY}.${own.replace(/^0+/, '') || '1'}`.slice(0, 64);
}
