export type StatusCategory = 'success' | 'warning' | 'pending' | 'cancel' | 'failure';

export interface DimseStatus {
  readonly code: number;
  readonly category: StatusCategory;
  readonly meaning: string;
  /** What sending the same again can do: `retry` later, `hold` for a person. */
  readonly remedy: 'none' | 'retry' | 'hold';
}

export type DimseService = 'C-STORE' | 'C-FIND' | 'C-MOVE' | 'C-GET' | 'C-ECHO' | 'N-ACTION' | 'N-EVENT-REPORT';

interface StatusRow {
  readonly from: number;
  readonly to: number;
  readonly category: StatusCategory;
  readonly meaning: string;
  readonly remedy: DimseStatus['remedy'];
}

const row = (from: number, to: number, category: StatusCategory, meaning: string, remedy: DimseStatus['remedy'] = 'none'): StatusRow => ({
  from,
  to,
  category,
  meaning,
  remedy,
});
const failure = (code: number, meaning: string, remedy: DimseStatus['remedy'] = 'hold'): StatusRow => row(code, code, 'failure', meaning, remedy);

/** PS3.7 Annex C: statuses that every service can give. */
const GENERAL: readonly StatusRow[] = [
  row(0x0000, 0x0000, 'success', 'Success'),
  row(0x0001, 0x0001, 'warning', 'Requested optional attributes are not supported'),
  row(0x0107, 0x0107, 'warning', 'Attribute list error'),
  row(0x0116, 0x0116, 'warning', 'Attribute value out of range'),
  failure(0x0105, 'No such attribute'),
  failure(0x0106, 'Invalid attribute value'),
  failure(0x0110, 'Processing failure', 'retry'),
  failure(0x0111, 'Duplicate SOP instance'),
  failure(0x0112, 'No such SOP instance'),
  failure(0x0113, 'No such event type'),
  failure(0x0114, 'No such argument'),
  failure(0x0115, 'Invalid argument value'),
  failure(0x0117, 'Invalid SOP instance'),
  failure(0x0118, 'No such SOP class'),
  failure(0x0119, 'Class-instance conflict'),
  failure(0x0120, 'Missing attribute'),
  failure(0x0121, 'Missing attribute value'),
  failure(0x0122, 'SOP class not supported'),
  failure(0x0123, 'No such action type'),
  failure(0x0124, 'Not authorized'),
  failure(0x0131, 'Duplicate transaction UID'),
  failure(0x0210, 'Duplicate invocation'),
  failure(0x0211, 'Unrecognized operation'),
  failure(0x0212, 'Mistyped argument'),
  failure(0x0213, 'Resource limitation', 'retry'),
];

const BY_SERVICE: Readonly<Record<DimseService, readonly StatusRow[]>> = {
  // PS3.4 Table B.2-1
  'C-STORE': [
    row(0xa700, 0xa7ff, 'failure', 'Refused: out of resources', 'retry'),
    row(0xa900, 0xa9ff, 'failure', 'Data set does not match SOP class', 'hold'),
    row(0xc000, 0xcfff, 'failure', 'Cannot understand', 'hold'),
    row(0xb000, 0xb000, 'warning', 'Coercion of data elements'),
    row(0xb006, 0xb006, 'warning', 'Elements discarded'),
    row(0xb007, 0xb007, 'warning', 'Data set does not match SOP class'),
  ],
  // PS3.4 Table C.4-1
  'C-FIND': [
    row(0xa700, 0xa700, 'failure', 'Refused: out of resources', 'retry'),
    row(0xa900, 0xa900, 'failure', 'Identifier does not match SOP class', 'hold'),
    row(0xc000, 0xcfff, 'failure', 'Unable to process', 'hold'),
    row(0xfe00, 0xfe00, 'cancel', 'Cancelled'),
    row(0xff00, 0xff00, 'pending', 'Pending'),
    row(0xff01, 0xff01, 'pending', 'Pending, some optional keys are not supported'),
  ],
  // PS3.4 Table C.4-2
  'C-MOVE': [
    row(0xa701, 0xa701, 'failure', 'Refused: out of resources, cannot count matches', 'retry'),
    row(0xa702, 0xa702, 'failure', 'Refused: out of resources, cannot perform sub-operations', 'retry'),
    row(0xa801, 0xa801, 'failure', 'Refused: move destination unknown', 'hold'),
    row(0xa900, 0xa900, 'failure', 'Identifier does not match SOP class', 'hold'),
    row(0xc000, 0xcfff, 'failure', 'Unable to process', 'hold'),
    row(0xb000, 0xb000, 'warning', 'Sub-operations complete, some failed or warned'),
    row(0xfe00, 0xfe00, 'cancel', 'Cancelled'),
    row(0xff00, 0xff00, 'pending', 'Sub-operations are continuing'),
  ],
  // PS3.4 Table C.4-3
  'C-GET': [
    row(0xa701, 0xa701, 'failure', 'Refused: out of resources, cannot count matches', 'retry'),
    row(0xa702, 0xa702, 'failure', 'Refused: out of resources, cannot perform sub-operations', 'retry'),
    row(0xa900, 0xa900, 'failure', 'Identifier does not match SOP class', 'hold'),
    row(0xc000, 0xcfff, 'failure', 'Unable to process', 'hold'),
    row(0xb000, 0xb000, 'warning', 'Sub-operations complete, some failed or warned'),
    row(0xfe00, 0xfe00, 'cancel', 'Cancelled'),
    row(0xff00, 0xff00, 'pending', 'Sub-operations are continuing'),
  ],
  'C-ECHO': [],
  'N-ACTION': [],
  'N-EVENT-REPORT': [],
};

/** Meaning of a status from the wire; one that no table has is a failure for a person to look at. */
export function dimseStatus(service: DimseService, code: number): DimseStatus {
  const found = [...BY_SERVICE[service], ...GENERAL].find((entry) => code >= entry.from && code <= entry.to);
  if (found === undefined) return { code, category: 'failure', meaning: 'Unknown status', remedy: 'hold' };
  return { code, category: found.category, meaning: found.meaning, remedy: found.remedy };
}

/** `0xA900`. */
export function statusText(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
