import { tagText } from '@shared/dicom';
import type { Refusal, RefusalCode } from './walk-types';

/** Makes a reason whose text fits Error Comment (0000,0902): LO of at most 64 characters. */
export function refusal(code: RefusalCode, what: string, offset: number, tag?: number): Refusal {
  const where = tag === undefined ? what : `${what} ${tagText(tag)}`;
  const text = `${where} at byte ${String(offset)}`.slice(0, 64);
  return { code, offset, text, ...(tag !== undefined && { tag }) };
}

export function badDeflate(): Refusal {
  return { code: 'badDeflate', offset: 0, text: 'Deflated data set does not inflate' };
}

export function inflatedTooLarge(limitBytes: number): Refusal {
  return { code: 'inflatedTooLarge', offset: limitBytes, text: `Data set inflates to more than ${String(limitBytes)} bytes` };
}

/** C-STORE status of each reason (PS3.4 B.2.3, reliability B6-B10): A900 the identifiers do not match, C000 cannot understand. */
export function refusalStatus(code: RefusalCode): 0xa900 | 0xc000 {
  switch (code) {
    case 'missingUid':
    case 'uidMismatch':
      return 0xa900;
    case 'ambiguousIdentity':
    case 'badDeflate':
    case 'badItem':
    case 'badUid':
    case 'badVr':
    case 'inflatedTooLarge':
    case 'lengthBeyondParent':
    case 'missingDelimiter':
    case 'tooDeep':
    case 'tooManyElements':
    case 'truncated':
    case 'undefinedLength':
      return 0xc000;
  }
}
