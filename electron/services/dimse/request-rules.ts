import { commandFields, dimseStatus, NO_DATA_SET, type CommandSet } from './command-set';
import type { AcceptedContext, ContextService } from './negotiation';
import { QUERY_SOP_CLASSES } from './query-classes';

export interface RequestRefusal {
  readonly status: number;
  readonly comment: string;
}

interface Operation {
  readonly name: string;
  readonly service: ContextService;
  readonly hasDataSet: boolean;
  /** PS3.7 10.1.4: N-ACTION names the class it requests, the others the one that they affect. */
  readonly namesClassAs?: 'requested';
  readonly namesInstance?: 'affected' | 'requested';
}

/** The operations that are served, by command field. */
const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [commandFields.cStoreRq, { name: 'C-STORE', service: 'storage', hasDataSet: true, namesInstance: 'affected' }],
  [commandFields.cEchoRq, { name: 'C-ECHO', service: 'verification', hasDataSet: false }],
  [commandFields.cFindRq, { name: 'C-FIND', service: 'query', hasDataSet: true }],
  [commandFields.cMoveRq, { name: 'C-MOVE', service: 'query', hasDataSet: true }],
  [commandFields.cGetRq, { name: 'C-GET', service: 'query', hasDataSet: true }],
  [commandFields.nActionRq, { name: 'N-ACTION', service: 'commitment', hasDataSet: true, namesClassAs: 'requested', namesInstance: 'requested' }],
  [commandFields.nEventReportRq, { name: 'N-EVENT-REPORT', service: 'commitment', hasDataSet: true, namesInstance: 'affected' }],
]);

/** SOP class of each query operation: PS3.4 C.6 has one for each of them. */
const QUERY_OPERATIONS: ReadonlyMap<string, number> = new Map(
  Object.values(QUERY_SOP_CLASSES).flatMap(({ find, move, get }) => [
    [find, commandFields.cFindRq] as const,
    [move, commandFields.cMoveRq] as const,
    [get, commandFields.cGetRq] as const,
  ]),
);

/** Queries and storage commitment are no operations of other contexts; C-ECHO and C-STORE have the wrong class there (B5). */
function belongs(operation: Operation, context: AcceptedContext): boolean {
  return operation.service === 'storage' || operation.service === 'verification' || operation.service === context.service;
}

/** B2, B3, B5: the first thing that is wrong with a request, by PS3.7 Annex C. */
export function problemOf(context: AcceptedContext, command: CommandSet, isInUse: boolean): RequestRefusal | undefined {
  const mistyped = (comment: string): RequestRefusal => ({ status: dimseStatus.mistypedArgument, comment });
  if (command.fault !== undefined) return mistyped(command.fault);
  const operation = OPERATIONS.get(command.commandField ?? -1);
  if (operation === undefined || !belongs(operation, context)) return { status: dimseStatus.unrecognizedOperation, comment: 'Operation not supported' };
  if (command.dataSetType === undefined) return mistyped('Command Data Set Type missing');
  const [sopClass, which] = operation.namesClassAs === 'requested' ? [command.requestedSopClassUid, 'Requested'] : [command.affectedSopClassUid, 'Affected'];
  if (sopClass === '') return mistyped(`${which} SOP Class UID missing`);
  const isOfContext = sopClass === context.abstractSyntax && operation.service === context.service;
  const isOfClass = context.service !== 'query' || QUERY_OPERATIONS.get(sopClass) === command.commandField;
  if (!isOfContext || !isOfClass) return { status: dimseStatus.sopClassNotSupported, comment: 'SOP class is not the one of this context' };
  if (isInUse) return { status: dimseStatus.duplicateInvocation, comment: 'Message ID is in use' };
  if (operation.hasDataSet === (command.dataSetType === NO_DATA_SET))
    return mistyped(`${operation.name} ${operation.hasDataSet ? 'without' : 'with'} a data set`);
  if (operation.namesInstance === 'affected' && command.affectedSopInstanceUid === '') return mistyped('Affected SOP Instance UID missing');
  if (operation.namesInstance === 'requested' && command.requestedSopInstanceUid === '') return mistyped('Requested SOP Instance UID missing');
  return undefined;
}
