/** SOP classes that code names. */
export const VERIFICATION_SOP_CLASS = '1.2.840.10008.1.1';
export const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10';

export type UidVerdict = 'valid' | 'leadingZero' | 'invalid';

/** PS3.5 9.1, of a UID without its padding. Leading zeros of a component are seen in the field and tolerated by readers. */
export function checkUid(uid: string): UidVerdict {
  if (uid.length === 0 || uid.length > 64) return 'invalid';
  let hasLeadingZero = false;
  let digits = 0;
  for (let at = 0; at <= uid.length; at += 1) {
    const code = at < uid.length ? uid.charCodeAt(at) : 0x2e;
    if (code === 0x2e) {
      if (digits === 0) return 'invalid';
      if (digits > 1 && uid.charCodeAt(at - digits) === 0x30) hasLeadingZero = true;
      digits = 0;
    } else if (code >= 0x30 && code <= 0x39) digits += 1;
    else return 'invalid';
  }
  return hasLeadingZero ? 'leadingZero' : 'valid';
}

/** For logs and narrow places: the last 12 characters. */
export function shortUid(uid: string): string {
  return uid.length <= 13 ? uid : `…${uid.slice(-12)}`;
}
