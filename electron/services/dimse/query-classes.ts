export type QueryLevel = 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE';
export type QueryRoot = 'study' | 'patient';

/** PS3.4 C.6: information models, by root. */
export const QUERY_SOP_CLASSES: Readonly<Record<QueryRoot, Readonly<Record<'find' | 'move' | 'get', string>>>> = {
  patient: { find: '1.2.840.10008.5.1.4.1.2.1.1', move: '1.2.840.10008.5.1.4.1.2.1.2', get: '1.2.840.10008.5.1.4.1.2.1.3' },
  study: { find: '1.2.840.10008.5.1.4.1.2.2.1', move: '1.2.840.10008.5.1.4.1.2.2.2', get: '1.2.840.10008.5.1.4.1.2.2.3' },
};
