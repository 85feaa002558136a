/** Command sets (PS3.7 6.3.1, Annex E): Implicit VR Little Endian, group 0000 only. Pure, strict, no recursion. */

/** PS3.7 Annex E, the elements used here, by their element number in group 0000. */
export const commandElements = {
  CommandGroupLength: 0x0000,
  AffectedSOPClassUID: 0x0002,
  RequestedSOPClassUID: 0x0003,
  CommandField: 0x0100,
  MessageID: 0x0110,
  MessageIDBeingRespondedTo: 0x0120,
  MoveDestination: 0x0600,
  Priority: 0x0700,
  CommandDataSetType: 0x0800,
  Status: 0x0900,
  OffendingElement: 0x0901,
  ErrorComment: 0x0902,
  AffectedSOPInstanceUID: 0x1000,
  RequestedSOPInstanceUID: 0x1001,
  EventTypeID: 0x1002,
  ActionTypeID: 0x1008,
  NumberOfRemainingSuboperations: 0x1020,
  NumberOfCompletedSuboperations: 0x1021,
  NumberOfFailedSuboperations: 0x1022,
  NumberOfWarningSuboperations: 0x1023,
  MoveOriginatorApplicationEntityTitle: 0x1030,
  MoveOriginatorMessageID: 0x1031,
} as const;

/** PS3.7 E.1-1 Command Field. A response is its request with bit 15 set. */
export const commandFields = {
  cStoreRq: 0x0001,
  cGetRq: 0x0010,
  cFindRq: 0x0020,
  cMoveRq: 0x0021,
  cEchoRq: 0x0030,
  nEventReportRq: 0x0100,
  nActionRq: 0x0130,
  cCancelRq: 0x0fff,
  response: 0x8000,
} as const;

/** PS3.7 E.1-1 Command Data Set Type: this value says none; any other says that one follows. */
export const NO_DATA_SET = 0x0101;

/** PS3.7 Annex C statuses that do not come from the store. */
export const dimseStatus = {
  success: 0x0000,
  processingFailure: 0x0110,
  noSuchInstance: 0x0112,
  noSuchEventType: 0x0113,
  invalidArgument: 0x0115,
  sopClassNotSupported: 0x0122,
  noSuchActionType: 0x0123,
  notAuthorized: 0x0124,
  duplicateInvocation: 0x0210,
  unrecognizedOperation: 0x0211,
  mistypedArgument: 0x0212,
  cannotUnderstand: 0xc000,
} as const;

/** PS3.7 9.1.4: what a response to C-MOVE or C-GET says of its C-STORE sub-operations; what it leaves out is undefined. */
export interface SubOperationCounts {
  readonly remaining: number | undefined;
  readonly completed: number | undefined;
  readonly failed: number | undefined;
  readonly warning: number | undefined;
}

export interface MoveOriginator {
  readonly aeTitle: string;
  readonly messageId: number;
}

export interface CommandSet {
  /** What is wrong with the encoding, in words; the fields below hold what could be read all the same. */
  readonly fault: string | undefined;
  readonly commandField: number | undefined;
  readonly messageId: number | undefined;
  readonly messageIdRespondedTo: number | undefined;
  readonly dataSetType: number | undefined;
  readonly affectedSopClassUid: string;
  readonly affectedSopInstanceUid: string;
  readonly status: number | undefined;
  /** Printable text, trimmed; empty when absent. */
  readonly errorComment: string;
  readonly requestedSopClassUid: string;
  readonly requestedSopInstanceUid: string;
  readonly eventTypeId: number | undefined;
  readonly actionTypeId: number | undefined;
  readonly moveDestination: string;
  /** Of a C-STORE that is a sub-operation of a C-MOVE (PS3.7 9.1.1.1): who asked for it, and in which message. Undefined unless both are there. */
  readonly moveOriginator: MoveOriginator | undefined;
  /** Tags of (0000,0901). */
  readonly offendingElements: readonly number[];
  readonly subOperations: SubOperationCounts;
  /** (0008,0058) where it does not belong: Orthanc writes it into the command set of C-GET responses. Empty in a sound one. */
  readonly strayFailedUids: string;
}

const FAILED_SOP_INSTANCE_UID_LIST = 0x00080058;

const US_ELEMENTS: ReadonlySet<number> = new Set([0x0100, 0x0110, 0x0120, 0x0700, 0x0800, 0x0900, 0x1002, 0x1008, 0x1020, 0x1021, 0x1022, 0x1023, 0x1031]);

export interface CommandSetRules {
  /** Elements of other groups are passed over: real archives send such responses. A request of a peer gets no such mercy. */
  readonly allowsStray?: boolean;
}

/** Reads a whole command set. Never throws: what does not hold is named in `fault`. */
export function parseCommandSet(bytes: Buffer, { allowsStray = false }: CommandSetRules = {}): CommandSet {
  const values = new Map<number, Buffer>();
  let fault: string | undefined;
  let at = 0;
  let previous = -1;
  let groupEnd = 0;
  while (at < bytes.length && fault === undefined) {
    if (at + 8 > bytes.length) {
      fault = 'command element cut off';
      break;
    }
    const group = bytes.readUInt16LE(at);
    const element = group * 0x10000 + bytes.readUInt16LE(at + 2);
    const length = bytes.readUInt32LE(at + 4);
    if (group !== 0 && !allowsStray) fault = 'element outside group 0000 in a command set';
    else if (element <= previous) fault = 'command elements out of order';
    else if (length > bytes.length - at - 8) fault = 'command element longer than its command set';
    else if (length % 2 !== 0) fault = 'command element of odd length';
    else if (US_ELEMENTS.has(element) && length !== 2) fault = `command element (0000,${hex(element)}) is not one US`;
    else values.set(element, bytes.subarray(at + 8, at + 8 + length));
    previous = element;
    at += 8 + length;
    if (group === 0) groupEnd = at;
  }
  return { ...fields(values), fault: fault ?? groupLengthFault(values, groupEnd) };
}

function groupLengthFault(values: ReadonlyMap<number, Buffer>, total: number): string | undefined {
  const value = values.get(commandElements.CommandGroupLength);
  if (value?.length !== 4) return 'command group length missing';
  return value.readUInt32LE(0) === total - 12 ? undefined : 'command group length wrong';
}

function fields(values: ReadonlyMap<number, Buffer>): Omit<CommandSet, 'fault'> {
  const us = (element: number): number | undefined => {
    const value = values.get(element);
    return value?.length === 2 ? value.readUInt16LE(0) : undefined;
  };
  const uid = (element: number): string => (values.get(element)?.toString('latin1') ?? '').replace(/[\0 ]+$/, '');
  const originator = { aeTitle: uid(commandElements.MoveOriginatorApplicationEntityTitle).trim(), messageId: us(commandElements.MoveOriginatorMessageID) };
  return {
    commandField: us(commandElements.CommandField),
    messageId: us(commandElements.MessageID),
    messageIdRespondedTo: us(commandElements.MessageIDBeingRespondedTo),
    dataSetType: us(commandElements.CommandDataSetType),
    affectedSopClassUid: uid(commandElements.AffectedSOPClassUID),
    affectedSopInstanceUid: uid(commandElements.AffectedSOPInstanceUID),
    status: us(commandElements.Status),
    errorComment: (values.get(commandElements.ErrorComment)?.toString('latin1') ?? '').replace(/[^\x20-\x7e]/g, ' ').trim(),
    requestedSopClassUid: uid(commandElements.RequestedSOPClassUID),
    requestedSopInstanceUid: uid(commandElements.RequestedSOPInstanceUID),
    eventTypeId: us(commandElements.EventTypeID),
    actionTypeId: us(commandElements.ActionTypeID),
    moveDestination: uid(commandElements.MoveDestination).trim(),
    moveOriginator: originator.aeTitle === '' || originator.messageId === undefined ? undefined : { ...originator, messageId: originator.messageId },
    offendingElements: tags(values.get(commandElements.OffendingElement) ?? Buffer.alloc(0)),
    subOperations: {
      remaining: us(commandElements.NumberOfRemainingSuboperations),
      completed: us(commandElements.NumberOfCompletedSuboperations),
      failed: us(commandElements.NumberOfFailedSuboperations),
      warning: us(commandElements.NumberOfWarningSuboperations),
    },
    strayFailedUids: uid(FAILED_SOP_INSTANCE_UID_LIST),
  };
}

/** AT values: group, then element, each of two bytes. */
function tags(value: Buffer): number[] {
  const found: number[] = [];
  for (let at = 0; at + 4 <= value.length; at += 4) found.push(value.readUInt16LE(at) * 0x10000 + value.readUInt16LE(at + 2));
  return found;
}

const hex = (value: number): string => value.toString(16).padStart(4, '0').toUpperCase();

/** PS3.5 9.1: what may stand in a UID; leading zeros of a component are tolerated (B10). */
export function isUid(value: string): boolean {
  return value.length <= 64 && /^[0-9]+(\.[0-9]+)*$/.test(value);
}

/** A value of a command element: US as number, UI and LO as text. */
export type CommandValue = number | string;

/** Encodes a command set with its group length. Elements in ascending order; texts padded to even length (UI by NUL). */
export function encodeCommandSet(elements: readonly (readonly [element: number, value: CommandValue])[]): Buffer {
  const parts = elements.map(([element, value]) => encodeElement(element, value));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const groupLength = Buffer.alloc(12);
  groupLength.writeUInt32LE(4, 4);
  groupLength.writeUInt32LE(length, 8);
  return Buffer.concat([groupLength, ...parts]);
}

/** Padded by a space; the others are UIDs. */
const TEXT_ELEMENTS: ReadonlySet<number> = new Set([
  commandElements.ErrorComment,
  commandElements.MoveDestination,
  commandElements.MoveOriginatorApplicationEntityTitle,
]);

function encodeElement(element: number, value: CommandValue): Buffer {
  let bytes: Buffer;
  if (typeof value === 'number') {
    bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
  } else {
    const pad = TEXT_ELEMENTS.has(element) ? ' ' : '\0';
    bytes = Buffer.from(value.length % 2 === 0 ? value : value + pad, 'latin1');
  }
  const header = Buffer.alloc(8);
  header.writeUInt16LE(element, 2);
  header.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

export interface ResponseFields {
  readonly commandField: number;
  readonly messageId: number;
  readonly affectedSopClassUid: string;
  readonly affectedSopInstanceUid: string;
  readonly status: number;
  /** (0000,0902) Error Comment, LO: printable ASCII, at most 64 characters; cut here. */
  readonly comment?: string;
  /** Beyond those: counts of sub-operations, types of events and actions. */
  readonly elements?: readonly (readonly [element: number, value: CommandValue])[];
  readonly hasDataSet?: boolean;
}

/** The response to a request (PS3.7 9.3): UIDs that the request did not have, or that are none, are left out. */
export function encodeResponse(response: ResponseFields): Buffer {
  const elements: [number, CommandValue][] = [];
  if (isUid(response.affectedSopClassUid)) elements.push([commandElements.AffectedSOPClassUID, response.affectedSopClassUid]);
  elements.push([commandElements.CommandField, response.commandField | commandFields.response]);
  elements.push([commandElements.MessageIDBeingRespondedTo, response.messageId]);
  elements.push([commandElements.CommandDataSetType, response.hasDataSet === true ? 0x0001 : NO_DATA_SET]);
  elements.push([commandElements.Status, response.status]);
  const comment = (response.comment ?? '')
    .replace(/[^\x20-\x7e]|\\/g, ' ')
    .trim()
    .slice(0, 64);
  if (comment !== '') elements.push([commandElements.ErrorComment, comment]);
  if (isUid(response.affectedSopInstanceUid)) elements.push([commandElements.AffectedSOPInstanceUID, response.affectedSopInstanceUid]);
  for (const [element, value] of response.elements ?? []) elements.push([element, value]);
  return encodeCommandSet(elements.sort((a, b) => a[0] - b[0]));
}
