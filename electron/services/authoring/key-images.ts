import { createHash, randomUUID } from 'node:crypto';
import { CallError } from '@shared/contract';
import {
  KEY_IMAGE_TITLES,
  type KeyImages as State,
  type KeyImageTitle,
  nodePermissions,
  OutboxId,
  type RemoteNode,
  SeriesUid,
  SopInstanceUid,
  type StudyUid,
} from '@shared/domain';
import type { Cache, LineJournal } from '../cache';
import type { Index, InstanceRecord } from '../index';
import type { Logger } from '../logging/logger';
import type { Outbox, Timers } from '../sync';
import type { AuthoringNote, KeyImageFold, MarkEdit, NoteEntry } from './key-image-fold';
import { EXPLICIT_LITTLE_ENDIAN, KEY_OBJECT_SELECTION, keyObject } from './key-object';

export interface KeyImagesParts {
  readonly journal: LineJournal<AuthoringNote>;
  readonly fold: KeyImageFold;
  readonly index: Pick<Index, 'getStudy' | 'instances' | 'instanceByUid' | 'series' | 'keeping' | 'audit'>;
  readonly cache: Pick<Cache, 'store' | 'flush' | 'setAside'>;
  readonly outbox: Pick<Outbox, 'enqueue' | 'withdraw'>;
  readonly nodes: { all(): readonly RemoteNode[]; byName(name: string): RemoteNode };
  readonly timers: Timers;
  readonly log: Logger;
  readonly softwareVersion: string;
}

export interface ImageChoice {
  readonly StudyInstanceUID: StudyUid;
  readonly SOPInstanceUID: SopInstanceUid;
  readonly frameNumber?: number | undefined;
}

/** Values of a patient and study as an archive knows them now; what it does not say is empty. */
export interface PatientValues {
  readonly PatientName: string;
  readonly PatientID: string;
  readonly IssuerOfPatientID: string;
  readonly PatientBirthDate: string;
  readonly PatientSex: string;
  readonly AccessionNumber: string;
}

export interface FinishChoice {
  readonly title: KeyImageTitle;
  readonly description: string;
  readonly nodes: readonly string[];
}

const MOST_MARKS = 1000;
const MOST_EDITS = 20_000;
const AGAIN_MS = 60_000;

/**
 * Key images of each study: a journal of edits, each synced before its answer, taken back one by one also after a restart (architecture 10). What is finished
 * becomes a Key Object Selection Document, which stands whole in the journal before the cache and the outbox get it: a crash in between is made good at the
 * next start, with the same bytes and the same orders.
 */
export class KeyImages {
  private readonly listeners = new Set<(state: State) => void>();
  private stopTimer: (() => void) | undefined;
  private working: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly parts: KeyImagesParts) {}

  /** Takes up notes that were asked for and are not kept yet. */
  start(): void {
    if (this.parts.fold.unkept().length > 0) void this.keepAll();
  }

  /** Waits for what is under way; the journal is closed. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.stopTimer?.();
    await this.working.catch(() => undefined);
    this.parts.journal.close();
  }

  of(StudyInstanceUID: StudyUid): State {
    const { fold } = this.parts;
    return {
      StudyInstanceUID,
      version: fold.version(StudyInstanceUID),
      marks: fold.marks(StudyInstanceUID).map(markOf),
      canUndo: fold.canUndo(StudyInstanceUID),
      canRedo: fold.canRedo(StudyInstanceUID),
      notes: fold.notes(StudyInstanceUID).map(noteOf),
      nodes: this.archivesOf(StudyInstanceUID),
    };
  }

  /** Marks stand for nothing without their images: a study with some is work that is not sent. */
  isUnfinished(StudyInstanceUID: string): boolean {
    const { fold } = this.parts;
    return fold.marks(StudyInstanceUID).length > 0 || fold.notes(StudyInstanceUID).some(({ dataSet }) => dataSet !== '');
  }

  /** Throws CallError `notFound` for what is not here, `badRequest` for a frame that the object does not have or too many marks. */
  mark(choice: ImageChoice, marked: boolean, by: string): State {
    const { fold, timers } = this.parts;
    const { StudyInstanceUID, SOPInstanceUID } = choice;
    const marks = fold.marks(StudyInstanceUID);
    // a mark is taken away also when its image is not here any more
    const known = marked
      ? undefined
      : marks.find((mark) => mark.SOPInstanceUID === SOPInstanceUID && mark.frame === (mark.frame === 0 ? 0 : choice.frameNumber));
    if (known !== undefined) return this.edit({ ...known, marked: false, by, atMs: timers.now() });
    const { attributes } = this.imageOf(choice);
    const frame = frameOf(attributes.NumberOfFrames, choice.frameNumber);
    if (marks.some((mark) => mark.SOPInstanceUID === SOPInstanceUID && mark.frame === frame) === marked) return this.of(StudyInstanceUID);
    if (marked && marks.length >= MOST_MARKS) throw new CallError('badRequest', `a note holds ${String(MOST_MARKS)} key images: finish it, and begin another`);
    if (fold.editCount(StudyInstanceUID) >= MOST_EDITS) throw new CallError('badRequest', 'too many edits since the last note: finish it, and begin another');
    return this.edit({
      ...{ kind: 'mark', StudyInstanceUID, SOPInstanceUID, frame, marked, by, atMs: timers.now() },
      SeriesInstanceUID: SeriesUid.parse(attributes.SeriesInstanceUID),
      SOPClassUID: attributes.SOPClassUID,
    });
  }

  undo(StudyInstanceUID: StudyUid, by: string): State {
    if (!this.parts.fold.canUndo(StudyInstanceUID)) return this.of(StudyInstanceUID);
    return this.edit({ kind: 'undo', StudyInstanceUID, by, atMs: this.parts.timers.now() });
  }

  redo(StudyInstanceUID: StudyUid, by: string): State {
    if (!this.parts.fold.canRedo(StudyInstanceUID)) return this.of(StudyInstanceUID);
    return this.edit({ kind: 'redo', StudyInstanceUID, by, atMs: this.parts.timers.now() });
  }

  /**
   * Makes the object of all marks and gives it to cache and outbox. Rejects with CallError `badRequest` when nothing is marked, `notFound` for an unknown node
   * or study, `unavailable` when the cache cannot take it now: it is kept in the journal then, and tried again every minute and at the next start.
   */
  async finish(StudyInstanceUID: StudyUid, { title, description, nodes }: FinishChoice, by: string): Promise<SopInstanceUid> {
    const { fold, timers } = this.parts;
    const marks = fold.marks(StudyInstanceUID);
    const [first] = marks;
    if (first === undefined) throw new CallError('badRequest', 'no image is marked as key image');
    for (const name of nodes) this.parts.nodes.byName(name);
    const lost = marks.find((mark) => this.parts.index.instanceByUid(mark.SOPInstanceUID) === undefined);
    if (lost !== undefined) throw new CallError('notFound', 'an image that is marked is not here any more: fetch the study again, or take its mark away');
    const { attributes } = this.imageOf({ StudyInstanceUID, SOPInstanceUID: first.SOPInstanceUID });
    const [SOPInstanceUID, SeriesInstanceUID, atMs] = [SopInstanceUid.parse(newUid()), newUid(), timers.now()];
    const dataSet = keyObject({
      ...{ of: attributes, SOPInstanceUID, SeriesInstanceUID, title, description, marks, by, atMs },
      SeriesNumber: this.nextSeriesNumber(StudyInstanceUID),
      softwareVersion: this.parts.softwareVersion,
    });
    this.edit({
      ...{ kind: 'note', StudyInstanceUID, SOPInstanceUID, title, description, by, atMs },
      images: marks.length,
      nodes: [...new Set(nodes)],
      dataSet: Buffer.from(dataSet).toString('base64'),
      marks,
    });
    const problem = await this.keepAll(SOPInstanceUID);
    if (problem !== undefined) throw new CallError('unavailable', problem);
    return SOPInstanceUID;
  }

  /** Images that a note names; none: it was made before that was kept. */
  namedBy(StudyInstanceUID: string, SOPInstanceUID: string): string[] {
    const note = this.parts.fold.notes(StudyInstanceUID).find((one) => one.SOPInstanceUID === SOPInstanceUID);
    return [...new Set(note?.marks?.map((mark) => String(mark.SOPInstanceUID)))];
  }

  /**
   * Writes notes again as new objects with other values of the patient: what they name, their author and their time stay. The new ones stand in the journal first; then
   * `meanwhile` is done; then the old ones' orders are cancelled, they are set aside, and cache and outbox get the new ones. A crash in between is made good at the next
   * start. Returns the new SOP Instance UIDs; rejects with CallError `unavailable` when they could not all be kept yet.
   */
  async rewrite(
    StudyInstanceUID: StudyUid,
    SOPInstanceUIDs: readonly string[],
    values: PatientValues,
    by: string,
    meanwhile: () => Promise<void>,
  ): Promise<string[]> {
    const made: string[] = [];
    for (const old of this.parts.fold.notes(StudyInstanceUID).filter((note) => SOPInstanceUIDs.includes(note.SOPInstanceUID))) {
      const record = this.parts.index.instanceByUid(old.SOPInstanceUID);
      if (record === undefined || old.marks === undefined) throw new CallError('notFound', 'a result that was to be written again is not here (any more)');
      const said = Object.entries(values).filter(([, value]) => value !== '');
      const of = { ...record.attributes, ...(Object.fromEntries(said) as Partial<PatientValues>) };
      const SOPInstanceUID = SopInstanceUid.parse(newUid());
      const dataSet = keyObject({
        ...{ of, SOPInstanceUID, SeriesInstanceUID: newUid(), title: old.title, description: old.description, marks: old.marks, by: old.by },
        ...{ atMs: old.atMs, createdAtMs: this.parts.timers.now(), SeriesNumber: this.nextSeriesNumber(StudyInstanceUID) },
        softwareVersion: this.parts.softwareVersion,
      });
      this.edit({ ...old, SOPInstanceUID, dataSet: Buffer.from(dataSet).toString('base64'), replaces: old.SOPInstanceUID });
      made.push(SOPInstanceUID);
      const detail = `${old.SOPInstanceUID} of ${StudyInstanceUID}: written again as ${SOPInstanceUID} with the values of the archive`;
      this.parts.index.audit({ atMs: this.parts.timers.now(), user: by, action: 'object.rewritten', outcome: 'allowed', detail });
    }
    await meanwhile();
    // also what an earlier try has left in the journal
    if (made.length === 0) await this.keepAll();
    for (const uid of made) {
      const problem = await this.keepAll(uid);
      if (problem !== undefined) throw new CallError('unavailable', problem);
    }
    return made;
  }

  onChanged(listener: (state: State) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private edit(note: AuthoringNote): State {
    if (this.isClosed) throw new CallError('unavailable', 'the station is closing');
    this.parts.journal.append(note);
    const state = this.of(note.StudyInstanceUID);
    for (const listener of [...this.listeners]) listener(state);
    return state;
  }

  /** One after the other. The problem of `wanted` in words; undefined: it is kept. */
  private async keepAll(wanted?: string): Promise<string | undefined> {
    let problem: string | undefined;
    const run = this.working.then(async () => {
      for (const note of this.parts.fold.unkept()) {
        if (this.isClosed) return;
        try {
          await this.keep(note);
        } catch (error) {
          const words = error instanceof Error ? error.message : String(error);
          if (note.SOPInstanceUID === wanted) problem = words;
          this.parts.log.error({ error: words }, 'a key image note could not be kept yet');
          this.stopTimer?.();
          this.stopTimer = this.parts.timers.after(AGAIN_MS, () => void this.keepAll());
        }
      }
    });
    this.working = run;
    await run;
    return problem;
  }

  private async keep(note: NoteEntry): Promise<void> {
    const { cache, outbox, index, timers } = this.parts;
    const { StudyInstanceUID, SOPInstanceUID, by, title, images, nodes } = note;
    const object = { SOPClassUID: KEY_OBJECT_SELECTION, SOPInstanceUID, TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN };
    await this.giveUp(note);
    const writer = cache.store.receive({ ...object, source: { kind: 'authored', by } });
    if (!writer.write(Buffer.from(note.dataSet, 'base64'))) await writer.drained();
    const outcome = await writer.finish();
    if (outcome.kind === 'refused') {
      throw new Error(`The key image note is not in the cache yet (${outcome.comment}). Nothing is lost: it is tried again every minute.`);
    }
    await cache.flush();
    for (const node of nodes) {
      outbox.enqueue({
        id: orderOf(SOPInstanceUID, node),
        node,
        StudyInstanceUID,
        reason: 'authored',
        why: `Key images: ${KEY_IMAGE_TITLES[title]}`,
        by,
        objects: [object],
      });
    }
    const detail = `${SOPInstanceUID} of ${StudyInstanceUID}: key object selection of ${String(images)} images, for ${nodes.length === 0 ? 'no archive' : nodes.join(', ')}`;
    index.audit({ atMs: timers.now(), user: by, action: 'object.authored', outcome: 'allowed', detail });
    this.edit({ kind: 'kept', StudyInstanceUID, SOPInstanceUID });
  }

  /** The note in whose place another one stands is not sent, and not shown any more. */
  private async giveUp({ StudyInstanceUID, replaces, by }: NoteEntry): Promise<void> {
    if (replaces === undefined) return;
    const { outbox, cache } = this.parts;
    outbox.withdraw(StudyInstanceUID, [replaces], by, 'written again for another patient');
    const { kept } = await cache.setAside([replaces], 'written again for another patient');
    if (kept.length > 0) throw new Error(`The old key image note could not be set aside (${kept[0] ?? ''}). Nothing is lost: it is tried again every minute.`);
  }

  private imageOf({ StudyInstanceUID, SOPInstanceUID }: ImageChoice): InstanceRecord {
    const record = this.parts.index.instanceByUid(SOPInstanceUID);
    if (record === undefined || record.attributes.StudyInstanceUID !== StudyInstanceUID) throw new CallError('notFound', 'this image is not here (any more)');
    if (record.attributes.image === undefined) throw new CallError('badRequest', 'this object is no image');
    return record;
  }

  private nextSeriesNumber(StudyInstanceUID: StudyUid): number {
    const numbers = this.parts.index.series(StudyInstanceUID).map(({ SeriesNumber }) => Number(SeriesNumber));
    return Math.min(99_999, Math.max(0, ...numbers.filter((number) => Number.isSafeInteger(number))) + 1);
  }

  private archivesOf(StudyInstanceUID: StudyUid): string[] {
    const { index, nodes } = this.parts;
    const archives = nodes.all().filter((node) => node.role === 'archive' && nodePermissions(node).weSend);
    const known = index.keeping.archivedOf(StudyInstanceUID)?.nodes ?? [];
    const has = archives.filter(({ name }) => known.includes(name));
    return (has.length > 0 ? has : archives).map(({ name }) => name);
  }
}

function markOf({ SeriesInstanceUID, SOPInstanceUID, SOPClassUID, frame, by, atMs }: MarkEdit): State['marks'][number] {
  return { SeriesInstanceUID, SOPInstanceUID, SOPClassUID, by, at: new Date(atMs).toISOString(), ...(frame > 0 && { frameNumber: frame }) };
}

function noteOf({ SOPInstanceUID, title, description, images, by, atMs, nodes, dataSet }: NoteEntry): State['notes'][number] {
  const state = dataSet === '' ? 'kept' : 'making';
  return { SOPInstanceUID, title, description, images, by, at: new Date(atMs).toISOString(), nodes: [...nodes], state };
}

/** 0 for an object of one frame: its references name no frame. */
function frameOf(NumberOfFrames: number, frameNumber: number | undefined): number {
  if (frameNumber !== undefined && frameNumber > Math.max(1, NumberOfFrames))
    throw new CallError('badRequest', `this image has no frame ${String(frameNumber)}`);
  if (NumberOfFrames > 1 && frameNumber === undefined) throw new CallError('badRequest', 'this object has several frames: say which one');
  return NumberOfFrames > 1 ? (frameNumber ?? 0) : 0;
}

/** The same order for the same note and node, however often it is asked for. */
function orderOf(SOPInstanceUID: string, node: string): OutboxId {
  return OutboxId.parse(`note-${createHash('sha256').update(`${SOPInstanceUID}\n${node}`, 'utf8').digest('hex').slice(0, 40)}`);
}

/** PS3.5 B.2: a UID from a UUID. */
function newUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`).toString(10)}`;
}
