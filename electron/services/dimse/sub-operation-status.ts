import { dimseStatus } from '@shared/dicom';

/** What the status of a C-STORE response says of a sub-operation (PS3.4 C.4.2.3, C.4.3.3). */
export function outcomeOf(status: number): 'completed' | 'warning' | 'failed' {
  const { category } = dimseStatus('C-STORE', status);
  return category === 'success' ? 'completed' : category === 'warning' ? 'warning' : 'failed';
}
