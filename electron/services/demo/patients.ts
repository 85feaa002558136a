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
/** Cyrillic, ISO 8859-5. */
export const MARIA: DemoPatient = {
  PatientName: 'Соколова^Мария^Ивановна',
  PatientID: 'DEMO-1204',
  PatientBirthDate: '19690723',
  PatientSex: 'F',
  PatientSize: '1.66',
  PatientWeight: '71',
  SpecificCharacterSet: 'ISO_IR 144',
};
/** Greek, ISO 8859-7. */
export const ELENI: DemoPatient = {
  PatientName: 'Παπαδοπούλου^Ελένη',
  PatientID: 'DEMO-3390',
  PatientBirthDate: '19710211',
  PatientSex: 'F',
  PatientSize: '1.64',
  PatientWeight: '68',
  SpecificCharacterSet: 'ISO_IR 126',
};
/** Alphabetic, ideographic and phonetic groups; Kanji and Kana by code extensions (PS3.5 H). */
export const TARO: DemoPatient = {
  PatientName: 'Yamada^Tarou=山田^太郎=やまだ^たろう',
  PatientID: 'DEMO-5518',
  PatientBirthDate: '19600109',
  PatientSex: 'M',
  PatientSize: '1.70',
  PatientWeight: '64',
  SpecificCharacterSet: ['', 'ISO 2022 IR 87'],
};
/** Romanised, Hanja and Hangul by code extensions (PS3.5 I). */
export const GILDONG: DemoPatient = {
  PatientName: 'Hong^Gildong=洪^吉洞=홍^길동',
  PatientID: 'DEMO-6624',
  PatientBirthDate: '19521130',
  PatientSex: 'M',
  PatientSize: '1.72',
  PatientWeight: '74',
  SpecificCharacterSet: ['', 'ISO 2022 IR 149'],
};
/** Arabic, ISO 8859-6. */
export const LAYLA: DemoPatient = {
  PatientName: 'حداد^ليلى',
  PatientID: 'DEMO-7731',
  PatientBirthDate: '19880519',
  PatientSex: 'F',
  PatientSize: '1.62',
  PatientWeight: '58',
  SpecificCharacterSet: 'ISO_IR 127',
};
/** These two are one study's: taken for each other at the scanner. */
export const TOM: DemoPatient = {
  PatientName: 'MILLER^Tom',
  PatientID: 'DEMO-2001',
  PatientBirthDate: '19810630',
  PatientSex: 'M',
  PatientSize: '1.78',
  PatientWeight: '82',
};
export const TIM: DemoPatient = { ...TOM, PatientName: 'MILLER^Tim', PatientID: 'DEMO-2010', PatientBirthDate: '19810603' };
/** Chinese, UTF-8. */
export const XIAODONG: DemoPatient = {
  PatientName: 'Wang^XiaoDong=王^小东',
  PatientID: 'DEMO-8802',
  PatientBirthDate: '19930827',
  PatientSex: 'M',
  PatientSize: '1.76',
  PatientWeight: '70',
  SpecificCharacterSet: 'ISO_IR 192',
};
/** German, ISO 8859-1. */
export const JUERGEN: DemoPatient = {
  PatientName: 'GRÖßMANN^Jürgen',
  PatientID: 'DEMO-9143',
  PatientBirthDate: '19480402',
  PatientSex: 'M',
  PatientSize: '1.74',
  PatientWeight: '88',
};
