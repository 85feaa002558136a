/** Two characters of a VR as they stand in a stream, first one high. */
export function vrCode(vr: string): number {
  return vr.charCodeAt(0) * 0x100 + vr.charCodeAt(1);
}

export function vrText(code: number): string {
  return code === 0 ? '' : String.fromCharCode(code >>> 8, code & 0xff);
}

export const VR_OB = 0x4f42;
export const VR_OW = 0x4f57;
export const VR_SQ = 0x5351;
export const VR_UN = 0x554e;

/** Header forms of PS3.5 7.1.2; a VR that this edition does not know has the long one there ("all VRs defined in the future"). */
export type HeaderForm = 'short' | 'long' | 'unknown' | 'none';

export function headerForm(code: number): HeaderForm {
  switch (code) {
    case 0x4145: // AE
    case 0x4153: // AS
    case 0x4154: // AT
    case 0x4353: // CS
    case 0x4441: // DA
    case 0x4453: // DS
    case 0x4454: // DT
    case 0x464c: // FL
    case 0x4644: // FD
    case 0x4953: // IS
    case 0x4c4f: // LO
    case 0x4c54: // LT
    case 0x504e: // PN
    case 0x5348: // SH
    case 0x534c: // SL
    case 0x5353: // SS
    case 0x5354: // ST
    case 0x544d: // TM
    case 0x5549: // UI
    case 0x554c: // UL
    case 0x5553: // US
      return 'short';
    case VR_OB:
    case 0x4f44: // OD
    case 0x4f46: // OF
    case 0x4f4c: // OL
    case 0x4f56: // OV
    case VR_OW:
    case VR_SQ:
    case 0x5356: // SV
    case 0x5543: // UC
    case VR_UN:
    case 0x5552: // UR
    case 0x5554: // UT
    case 0x5556: // UV
      return 'long';
    default:
      return isCapital(code >>> 8) && isCapital(code & 0xff) ? 'unknown' : 'none';
  }
}

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}
