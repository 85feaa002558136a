import type { VR } from '@shared/dicom';
import { isUid } from './command-set';
import { type DataSet, decodeDataSet, encodeDataSet, type WrittenElement } from './data-set';

/** Storage Commitment Push Model (PS3.4 Annex J): the SOP class and its one well-known instance. */
export const COMMITMENT_SOP_CLASS = '1.2.840.10008.1.20.1';
export const COMMITMENT_SOP_INSTANCE = '1.2.840.10008.1.20.1.1';
/** PS3.4 Table J.3.2-1, Table J.3.3-1. */
export const REQUEST_COMMITMENT = 1;
export const ALL_COMMITTED = 1;
export const FAILURES_EXIST = 2;

const TRANSACTION_UID = 0x00081195;
const FAILURE_REASON = 0x00081197;
const FAILED_SOP_SEQUENCE = 0x00081198;
const REFERENCED_SOP_SEQUENCE = 0x00081199;
const REFERENCED_SOP_CLASS_UID = 0x00081150;
const REFERENCED_SOP_INSTANCE_UID = 0x00081155;

const VRS: ReadonlyMap<number, VR> = new Map<number, VR>([
  [TRANSACTION_UID, 'UI'],
  [FAILURE_REASON, 'US'],
  [FAILED_SOP_SEQUENCE, 'SQ'],
  [REFERENCED_SOP_SEQUENCE, 'SQ'],
  [REFERENCED_SOP_CLASS_UID, 'UI'],
  [REFERENCED_SOP_INSTANCE_UID, 'UI'],
]);

/** More objects than this are never in one message. */
export const MOST_COMMITMENT_OBJECTS = 50_000;

export interface CommitmentObject {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
}

/** What is asked for: responsibility for these objects (PS3.4 J.3.2). */
export interface CommitmentRequest {
  readonly transactionUid: string;
  readonly objects: readonly CommitmentObject[];
}

/** What came of it, object by object (PS3.4 J.3.3). An object in neither list was not spoken of: it counts as not committed. */
export interface CommitmentReport {
  readonly transactionUid: string;
  readonly committed: readonly CommitmentObject[];
  /** `reason`: Failure Reason (0008,1197): 0x0110 processing failure, 0x0112 no such object, 0x0213 resources, 0x0122 class not supported, 0x0119 class and instance do not fit, 0x0131 duplicate transaction. */
  readonly failed: readonly (CommitmentObject & { readonly reason: number })[];
}

const references = (objects: readonly CommitmentObject[], more: (index: number) => readonly WrittenElement[] = () => []): WrittenElement[][] =>
  objects.map(({ SOPClassUID, SOPInstanceUID }, index) => [
    { tag: REFERENCED_SOP_CLASS_UID, vr: 'UI', value: SOPClassUID },
    { tag: REFERENCED_SOP_INSTANCE_UID, vr: 'UI', value: SOPInstanceUID },
    ...more(index),
  ]);

/** Action information of an N-ACTION (PS3.4 Table J.3.2-2). */
export function encodeCommitmentRequest({ transactionUid, objects }: CommitmentRequest, TransferSyntaxUID: string): Buffer {
  return encodeDataSet(
    [
      { tag: TRANSACTION_UID, vr: 'UI', value: transactionUid },
      { tag: REFERENCED_SOP_SEQUENCE, vr: 'SQ', value: references(objects) },
    ],
    TransferSyntaxUID,
  );
}

/** Event information of an N-EVENT-REPORT (PS3.4 Table J.3.3-2); lists that are empty are left out. */
export function encodeCommitmentReport({ transactionUid, committed, failed }: CommitmentReport, TransferSyntaxUID: string): Buffer {
  const elements: WrittenElement[] = [{ tag: TRANSACTION_UID, vr: 'UI', value: transactionUid }];
  if (committed.length > 0) elements.push({ tag: REFERENCED_SOP_SEQUENCE, vr: 'SQ', value: references(committed) });
  if (failed.length > 0) {
    const reasons = (index: number): WrittenElement[] => [{ tag: FAILURE_REASON, vr: 'US', value: [failed[index]?.reason ?? 0x0110] }];
    elements.push({ tag: FAILED_SOP_SEQUENCE, vr: 'SQ', value: references(failed, reasons) });
  }
  return encodeDataSet(elements, TransferSyntaxUID);
}

/** A string: what is wrong with it. */
export function decodeCommitmentRequest(bytes: Buffer, TransferSyntaxUID: string): CommitmentRequest | string {
  const dataSet = decodeDataSet(bytes, TransferSyntaxUID, (tag) => VRS.get(tag));
  if (typeof dataSet === 'string') return dataSet;
  const transactionUid = transactionOf(dataSet);
  if (transactionUid === undefined) return 'Transaction UID missing or not a UID';
  const objects = objectsOf(dataSet, REFERENCED_SOP_SEQUENCE);
  if (typeof objects === 'string') return objects;
  return objects.length === 0 ? 'Referenced SOP Sequence missing or empty' : { transactionUid, objects: objects.map(({ object }) => object) };
}

export function decodeCommitmentReport(bytes: Buffer, TransferSyntaxUID: string): CommitmentReport | string {
  const dataSet = decodeDataSet(bytes, TransferSyntaxUID, (tag) => VRS.get(tag));
  if (typeof dataSet === 'string') return dataSet;
  const transactionUid = transactionOf(dataSet);
  if (transactionUid === undefined) return 'Transaction UID missing or not a UID';
  const committed = objectsOf(dataSet, REFERENCED_SOP_SEQUENCE);
  const failed = objectsOf(dataSet, FAILED_SOP_SEQUENCE);
  if (typeof committed === 'string') return committed;
  if (typeof failed === 'string') return failed;
  const failedUids = new Set(failed.map(({ object }) => object.SOPInstanceUID));
  return {
    transactionUid,
    // named in both lists: no proof
    committed: committed.map(({ object }) => object).filter(({ SOPInstanceUID }) => !failedUids.has(SOPInstanceUID)),
    failed: failed.map(({ object, item }) => ({ ...object, reason: item.shorts(FAILURE_REASON)[0] ?? 0x0110 })),
  };
}

function transactionOf(dataSet: DataSet): string | undefined {
  const uid = dataSet.text(TRANSACTION_UID) ?? '';
  return isUid(uid) ? uid : undefined;
}

function objectsOf(dataSet: DataSet, sequence: number): { object: CommitmentObject; item: DataSet }[] | string {
  const items = dataSet.items(sequence) ?? [];
  if (items.length > MOST_COMMITMENT_OBJECTS) return 'too many objects in one message';
  const found: { object: CommitmentObject; item: DataSet }[] = [];
  for (const item of items) {
    const object = { SOPClassUID: item.text(REFERENCED_SOP_CLASS_UID) ?? '', SOPInstanceUID: item.text(REFERENCED_SOP_INSTANCE_UID) ?? '' };
    if (!isUid(object.SOPClassUID) || !isUid(object.SOPInstanceUID)) return 'an item without its UIDs';
    found.push({ object, item });
  }
  return found;
}
