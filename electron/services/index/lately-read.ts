import type { StudyUid } from '@shared/domain';
import type { InstanceRecord } from './types';

/** Objects that stay: those of a study that is opened are asked for all together, then one by one and frame by frame. */
const MOST = 4096;
/** Characters of what they say frame by frame, in all. */
const MOST_TEXT = 32 * 2 ** 20;

/** The objects of the studies that were read last, as long as nothing was written to the index's tables of objects and series. */
export class LatelyRead {
  private readonly studies = new Map<StudyUid, readonly InstanceRecord[]>();
  private readonly byId = new Map<number, InstanceRecord>();
  private text = 0;

  /** A list of its own for each caller. */
  study(uid: StudyUid, read: () => InstanceRecord[]): InstanceRecord[] {
    const known = this.studies.get(uid);
    if (known !== undefined) return [...known];
    const records = read();
    this.keep(uid, records);
    return [...records];
  }

  instance(id: number): InstanceRecord | undefined {
    return this.byId.get(id);
  }

  /** Rows were or may have been written. */
  forget(): void {
    this.studies.clear();
    this.byId.clear();
    this.text = 0;
  }

  private keep(uid: StudyUid, records: readonly InstanceRecord[]): void {
    const text = records.reduce((sum, { attributes }) => sum + (attributes.image?.frames?.length ?? 0), 0);
    // of a study that is not here there is nothing to keep, and no end of them
    if (records.length === 0 || records.length > MOST || text > MOST_TEXT) return;
    if (this.byId.size + records.length > MOST || this.text + text > MOST_TEXT) this.forget();
    this.text += text;
    this.studies.set(uid, records);
    for (const record of records) this.byId.set(record.id, record);
  }
}
