import { type CharacterSet, DEFAULT_CHARACTER_SET, IMPLICIT_VR_LITTLE_ENDIAN, Tag } from '@shared/dicom';
import { readElementTree, type TreeItem } from '../../part10';
import { type FindEnd, queryOn } from './find';
import { encodeElements, type EncodedElement, IDENTIFIER_SYNTAXES } from './identifier';
import type { ScuTarget, ScuTimeouts } from './options';
import type { AssociationPool } from './pool';

/** PS3.4 K.6.1.2.2, Modality Worklist Information Model - FIND. */
const WORKLIST_SOP_CLASS = '1.2.840.10008.5.1.4.31';

/** Attributes of the model that Part 10 needs no tag for (PS3.4 table K.6-1). */
const STEP = {
  ScheduledProcedureStepSequence: 0x00400100,
  ScheduledStationAETitle: 0x00400001,
  ScheduledProcedureStepStartDate: 0x00400002,
  ScheduledProcedureStepStartTime: 0x00400003,
  ScheduledProcedureStepDescription: 0x00400007,
  ScheduledProcedureStepID: 0x00400009,
  RequestedProcedureDescription: 0x00321060,
  RequestedProcedureID: 0x00401001,
} as const;

/** One scheduled procedure step; what the worklist does not say is empty. Raw DICOM forms, decoded to Unicode. */
export interface ScheduledStep {
  readonly PatientName: string;
  readonly PatientID: string;
  readonly IssuerOfPatientID: string;
  readonly PatientBirthDate: string;
  readonly PatientSex: string;
  readonly AccessionNumber: string;
  readonly StudyInstanceUID: string;
  readonly RequestedProcedureDescription: string;
  readonly ScheduledProcedureStepStartDate: string;
  readonly ScheduledProcedureStepStartTime: string;
  readonly Modality: string;
  readonly ScheduledStationAETitle: string;
  readonly ScheduledProcedureStepDescription: string;
}

export interface WorklistRequest {
  /** DA, both inclusive (PS3.4 C.2.2.2.5). */
  readonly from: string;
  readonly to: string;
  /** Empty: any. */
  readonly modality?: string;
  readonly maxMatches?: number;
}

export type WorklistRun = AsyncGenerator<ScheduledStep, FindEnd>;

/** C-FIND of the Modality Worklist (PS3.4 K.4.1) as SCU. Never throws for what the peer does; steps outside of what was asked are left out. */
export async function* findScheduled(
  pool: AssociationPool,
  target: ScuTarget,
  request: WorklistRequest,
  signal: AbortSignal,
  timeouts?: Partial<ScuTimeouts>,
): WorklistRun {
  const contexts = [{ abstractSyntax: WORKLIST_SOP_CLASS, transferSyntaxes: IDENTIFIER_SYNTAXES }];
  const lease = await pool.lease({ target, contexts, ...(timeouts && { timeouts }) }, signal);
  if ('failure' in lease) return { kind: lease.failure.cause === 'cancelled' ? 'cancelled' : 'failed', matches: 0, failure: lease.failure };
  try {
    const run = queryOn(lease.association, signal, {
      abstractSyntax: WORKLIST_SOP_CLASS,
      called: 'a modality worklist',
      dataSet: (syntax) => encodeElements(identifier(request), syntax),
      decode,
      ...(request.maxMatches !== undefined && { maxMatches: request.maxMatches }),
    });
    for (;;) {
      const next = await run.next();
      if (next.done) return next.value;
      if (isAskedFor(next.value, request)) yield next.value;
    }
  } finally {
    lease.giveBack();
  }
}

/** A worklist that knows no matching by date or modality sends everything. */
function isAskedFor({ ScheduledProcedureStepStartDate: date, Modality }: ScheduledStep, { from, to, modality = '' }: WorklistRequest): boolean {
  return date >= from && date <= to && (modality === '' || Modality === modality);
}

function identifier({ from, to, modality = '' }: WorklistRequest): EncodedElement[] {
  const step: EncodedElement[] = [
    [Tag.Modality, 'CS', modality],
    [STEP.ScheduledStationAETitle, 'AE', ''],
    [STEP.ScheduledProcedureStepStartDate, 'DA', from === to ? from : `${from}-${to}`],
    [STEP.ScheduledProcedureStepStartTime, 'TM', ''],
    [STEP.ScheduledProcedureStepDescription, 'LO', ''],
    [STEP.ScheduledProcedureStepID, 'SH', ''],
  ];
  return [
    [Tag.AccessionNumber, 'SH', ''],
    [Tag.PatientName, 'PN', ''],
    [Tag.PatientID, 'LO', ''],
    [Tag.IssuerOfPatientID, 'LO', ''],
    [Tag.PatientBirthDate, 'DA', ''],
    [Tag.PatientSex, 'CS', ''],
    [Tag.StudyInstanceUID, 'UI', ''],
    [STEP.RequestedProcedureDescription, 'LO', ''],
    [STEP.ScheduledProcedureStepSequence, 'SQ', [step]],
    [STEP.RequestedProcedureID, 'SH', ''],
  ];
}

const MOST_VALUE = 4096;
const SEQUENCES: ReadonlySet<number> = new Set([STEP.ScheduledProcedureStepSequence]);

/** A string: why it cannot be read. A match holds one step (PS3.4 K.6.1.2.2). */
async function decode(bytes: Uint8Array, syntax: string): Promise<ScheduledStep | string> {
  const request = { TransferSyntaxUID: syntax === '' ? IMPLICIT_VR_LITTLE_ENDIAN : syntax, wanted: () => MOST_VALUE, sequences: SEQUENCES };
  const { root, damaged } = await readElementTree({ read: (offset, length) => bytes.subarray(offset, offset + length) }, request);
  if (damaged) return 'its bytes end too soon';
  const set = root.characterSet();
  const item = root.items(STEP.ScheduledProcedureStepSequence)[0];
  return { ...requestOf(root, set), ...stepOf(item, item?.characterSet(set) ?? DEFAULT_CHARACTER_SET) };
}

type RequestPart = Omit<ScheduledStep, keyof ReturnType<typeof stepOf>>;

function requestOf(root: TreeItem, set: CharacterSet): RequestPart {
  return {
    PatientName: root.localText(Tag.PatientName, set, true),
    PatientID: root.localText(Tag.PatientID, set),
    IssuerOfPatientID: root.localText(Tag.IssuerOfPatientID, set),
    PatientBirthDate: root.text(Tag.PatientBirthDate),
    PatientSex: root.text(Tag.PatientSex),
    AccessionNumber: root.localText(Tag.AccessionNumber, set),
    StudyInstanceUID: root.text(Tag.StudyInstanceUID),
    RequestedProcedureDescription: root.localText(STEP.RequestedProcedureDescription, set),
  };
}

function stepOf(item: TreeItem | undefined, set: CharacterSet) {
  return {
    ScheduledProcedureStepStartDate: item?.text(STEP.ScheduledProcedureStepStartDate) ?? '',
    ScheduledProcedureStepStartTime: item?.text(STEP.ScheduledProcedureStepStartTime) ?? '',
    Modality: item?.text(Tag.Modality) ?? '',
    ScheduledStationAETitle: item?.text(STEP.ScheduledStationAETitle) ?? '',
    ScheduledProcedureStepDescription: item?.localText(STEP.ScheduledProcedureStepDescription, set) ?? '',
  };
}
