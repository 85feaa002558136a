import type { DemoPatient } from './common';

/** Invented people. Nobody with this name, number or birth date was examined. */
export const JANE: DemoPatient = {
  PatientName: 'DOE^Jane',
  PatientID: 'DEMO-4711',
  PatientBirthDate: '19540317',
  PatientSex: 'F',
  PatientSize: '1.68',
  PatientWeight: '66',
};
export const ALEX: DemoPatient = {
  PatientName: 'SMITH^Alex',
  PatientID: 'DEMO-0815',
  PatientBirthDate: '19780904',
  PatientSex: 'M',
  PatientSize: '1.81',
  PatientWeight: '79',
};
