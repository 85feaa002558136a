import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SopInstanceUid, StudyUid } from '@shared/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KeyImages, openAuthoring } from '../../../electron/services/authoring';
import type { Storage } from '../../../electron/services/cache';
import { silentLogger } from '../../../electron/services/logging/logger';
import type { NewOrder, Outbox } from '../../../electron/services/sync';
import { el, encodePart10 } from '../../support/dicom';
import { peer, pythonWith } from '../../support/peers';
import { readBack, store, storageRig, type StorageRig, testObject } from '../../support/storage-rig';
import { VirtualTime } from '../../support/virtual-time';

const run = promisify(execFile);
const STUDY = StudyUid.parse('2.25.11');
const uid = (n: number) => SopInstanceUid.parse(`2.25.${String(5000 + n)}`);
const MAIN = { name: 'MAIN', aeTitle: 'MAIN', host: '127.0.0.1', port: 104, role: 'archive' } as const;
/** Multi-frame Grayscale Word Secondary Capture. */
const MULTI_FRAME = '1.2.840.10008.5.1.4.1.1.7.3';
const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';

describe('key images', () => {
  const dciodvfy = peer('dciodvfy');
  const python = pythonWith('pydicom');
  let rig: StorageRig;
  let storage: Storage;
  let keyImages: KeyImages;
  let orders: NewOrder[];
  let withdrawn: string[];
  const time = new VirtualTime();

  function open(
    outbox: Pick<Outbox, 'enqueue'> = {
      enqueue: (order) => ({ ...order, id: order.id ?? ('' as never), createdAtMs: 0, state: 'open' as const, held: false }),
    },
  ): KeyImages {
    return openAuthoring(rig.env, {
      ...storage,
      nodes: { all: () => [MAIN], byName: () => MAIN },
      outbox: {
        withdraw: (_study, uids, by) => withdrawn.push(...uids.map((one) => `${one} by ${by}`)),
        enqueue(order) {
          const made = outbox.enqueue(order);
          orders.push(order);
          return made;
        },
      },
      timers: time,
      log: silentLogger,
      softwareVersion: 'TEST_1',
    });
  }

  beforeEach(async () => {
    rig = storageRig();
    storage = await rig.open();
    orders = [];
    withdrawn = [];
    for (const n of [1, 2]) await store(storage.cache, testObject(n));
    const frames = testObject(3, { SOPClassUID: MULTI_FRAME, NumberOfFrames: 5, SeriesInstanceUID: '2.25.102', pixels: new Uint8Array(4 * 6 * 2 * 5) });
    await store(storage.cache, { ...frames, SOPClassUID: MULTI_FRAME });
    await storage.cache.flush();
    keyImages = open();
  });
  afterEach(async () => {
    await keyImages.close();
    await rig.dispose();
  });

  const marked = () => keyImages.of(STUDY).marks.map(({ SOPInstanceUID, frameNumber }) => [SOPInstanceUID, frameNumber]);
  const mark = (n: number, frameNumber?: number) => keyImages.mark({ StudyInstanceUID: STUDY, SOPInstanceUID: uid(n), frameNumber }, true, 'reader');

  it('are marked, taken away, taken back and done again, in every run', async () => {
    mark(1);
    mark(3, 4);
    keyImages.mark({ StudyInstanceUID: STUDY, SOPInstanceUID: uid(1) }, false, 'reader');
    expect(marked()).toEqual([[uid(3), 4]]);
    await keyImages.close();
    keyImages = open();
    expect(marked()).toEqual([[uid(3), 4]]);
    keyImages.undo(STUDY, 'reader');
    expect(marked()).toEqual([
      [uid(1), undefined],
      [uid(3), 4],
    ]);
    await keyImages.close();
    keyImages = open();
    expect(keyImages.of(STUDY)).toMatchObject({ canUndo: true, canRedo: true });
    keyImages.redo(STUDY, 'reader');
    expect(marked()).toEqual([[uid(3), 4]]);
    expect(keyImages.of(STUDY).canRedo).toBe(false);
  });

  it('are marked once however often they are asked for, and make one edit', () => {
    const { version } = mark(1);
    expect(mark(1).version).toBe(version);
    keyImages.undo(STUDY, 'reader');
    expect(marked()).toEqual([]);
  });

  it('are refused for frames that the object does not have, and for objects of other studies', () => {
    expect(() => mark(3)).toThrow('say which one');
    expect(() => mark(3, 6)).toThrow('no frame 6');
    expect(() => keyImages.mark({ StudyInstanceUID: StudyUid.parse('2.25.12'), SOPInstanceUID: uid(1) }, true, 'reader')).toThrow('not here');
    expect(marked()).toEqual([]);
  });

  it('are taken away also when their image is not here any more; until then there is no note', async () => {
    mark(1);
    mark(2);
    storage.index.remove([uid(1)]);
    await expect(keyImages.finish(STUDY, { title: '113000', description: '', nodes: [] }, 'reader')).rejects.toThrow('not here any more');
    keyImages.mark({ StudyInstanceUID: STUDY, SOPInstanceUID: uid(1) }, false, 'reader');
    expect(marked()).toEqual([[uid(2), undefined]]);
  });

  it('are told to who listens, with the state as it is on the disk', () => {
    const told: number[] = [];
    keyImages.onChanged(({ marks }) => told.push(marks.length));
    mark(1);
    mark(2);
    expect(told).toEqual([1, 2]);
  });

  it('keep a study from being evicted until they are finished', async () => {
    expect(keyImages.isUnfinished(STUDY)).toBe(false);
    mark(1);
    expect(keyImages.isUnfinished(STUDY)).toBe(true);
    await keyImages.finish(STUDY, { title: '113000', description: '', nodes: [] }, 'reader');
    expect(keyImages.isUnfinished(STUDY)).toBe(false);
  });

  it('become a note in the cache and one order for each archive', async () => {
    mark(2);
    mark(3, 4);
    mark(3, 2);
    const made = await keyImages.finish(STUDY, { title: '113004', description: 'Two levels', nodes: ['MAIN', 'MAIN'] }, 'reader');
    const record = storage.index.instanceByUid(made);
    expect(record?.attributes).toMatchObject({
      SOPClassUID: KEY_OBJECT_SELECTION,
      Modality: 'KO',
      StudyInstanceUID: STUDY,
      PatientID: 'P1',
      SeriesNumber: '4',
    });
    expect(orders).toMatchObject([{ node: 'MAIN', reason: 'authored', by: 'reader', objects: [{ SOPInstanceUID: made, SOPClassUID: KEY_OBJECT_SELECTION }] }]);
    expect(keyImages.of(STUDY)).toMatchObject({
      marks: [],
      canUndo: false,
      notes: [{ SOPInstanceUID: made, images: 3, title: '113004', nodes: ['MAIN'], state: 'kept' }],
    });
    expect(record === undefined ? undefined : await storage.cache.sourceOf(record.id)).toEqual({ kind: 'authored', by: 'reader' });
  });

  it('are not finished when there are none', async () => {
    await expect(keyImages.finish(STUDY, { title: '113000', description: '', nodes: [] }, 'reader')).rejects.toThrow('no image is marked');
  });

  it('that a crash took between journal and outbox become the same note with the same order at the next start', async () => {
    await keyImages.close();
    keyImages = open({
      enqueue() {
        throw new Error('the plug was pulled');
      },
    });
    mark(1);
    await expect(keyImages.finish(STUDY, { title: '113000', description: '', nodes: ['MAIN'] }, 'reader')).rejects.toThrow('plug');
    const [note] = keyImages.of(STUDY).notes;
    expect(note?.state).toBe('making');
    expect(keyImages.isUnfinished(STUDY)).toBe(true);
    await keyImages.close();
    keyImages = open();
    keyImages.start();
    await expect.poll(() => keyImages.of(STUDY).notes[0]?.state).toBe('kept');
    expect(orders).toHaveLength(1);
    expect(storage.index.instances(STUDY).filter(({ attributes }) => attributes.SOPClassUID === KEY_OBJECT_SELECTION)).toHaveLength(1);
    expect(keyImages.of(STUDY).notes).toHaveLength(1);
  });

  const CORRECTED = { PatientName: '', PatientID: 'CORRECTED', IssuerOfPatientID: '', PatientBirthDate: '', PatientSex: '', AccessionNumber: 'A-2' };
  const notesHere = () => storage.index.instances(STUDY).filter(({ attributes }) => attributes.SOPClassUID === KEY_OBJECT_SELECTION);

  it('are written again for another patient as a new object: the same images, author and time; the old note is withdrawn and set aside, marks stay', async () => {
    mark(2);
    mark(3, 4);
    const old = await keyImages.finish(STUDY, { title: '113004', description: 'Two levels', nodes: ['MAIN'] }, 'reader');
    const [before] = keyImages.of(STUDY).notes;
    mark(1);
    let sawOld = false;
    const [made, ...more] = await keyImages.rewrite(STUDY, [old], CORRECTED, 'okafor', () => {
      // the new note stands in the journal, and nowhere else, before anything is done
      sawOld = notesHere().some(({ attributes }) => attributes.SOPInstanceUID === old);
      return Promise.resolve();
    });
    expect(sawOld).toBe(true);
    expect(more).toEqual([]);
    expect(notesHere().map(({ attributes }) => [attributes.SOPInstanceUID, attributes.PatientID, attributes.PatientName, attributes.AccessionNumber])).toEqual([
      [made, 'CORRECTED', 'Doe^Jane', 'A-2'],
    ]);
    expect(withdrawn).toEqual([`${old} by reader`]);
    expect(orders.map(({ objects }) => objects[0]?.SOPInstanceUID)).toEqual([old, made]);
    expect(keyImages.of(STUDY).notes).toEqual([{ ...before, SOPInstanceUID: made }]);
    expect(marked()).toEqual([[uid(1), undefined]]);
    expect(keyImages.namedBy(STUDY, made ?? '')).toEqual([uid(2), uid(3)]);
    expect(storage.cache.quarantineList().map(({ SOPInstanceUID, reason }) => [SOPInstanceUID, reason])).toEqual([[old, 'written again for another patient']]);
  });

  it('that a crash took while they were written again are written once, at the next start', async () => {
    mark(2);
    const old = await keyImages.finish(STUDY, { title: '113000', description: '', nodes: ['MAIN'] }, 'reader');
    await expect(keyImages.rewrite(STUDY, [old], CORRECTED, 'okafor', () => Promise.reject(new Error('the plug was pulled')))).rejects.toThrow('plug');
    expect(notesHere().map(({ attributes }) => attributes.SOPInstanceUID)).toEqual([old]);
    await keyImages.close();
    keyImages = open();
    expect(keyImages.isUnfinished(STUDY)).toBe(true);
    keyImages.start();
    await expect.poll(() => keyImages.of(STUDY).notes.map(({ state }) => state)).toEqual(['kept']);
    expect(notesHere().map(({ attributes }) => attributes.PatientID)).toEqual(['CORRECTED']);
    expect(orders).toHaveLength(2);
  });

  async function written(description: string, by = 'reader'): Promise<string> {
    mark(2);
    mark(3, 4);
    mark(3, 2);
    const made = await keyImages.finish(STUDY, { title: '113000', description, nodes: [] }, by);
    const bytes = await readBack(storage, made);
    const path = join(rig.dir, 'note.dcm');
    const ids = { SOPClassUID: KEY_OBJECT_SELECTION, SOPInstanceUID: made, TransferSyntaxUID: '1.2.840.10008.1.2.1' };
    await writeFile(path, encodePart10(ids, bytes ?? new Uint8Array()));
    return path;
  }

  it.skipIf(dciodvfy === undefined)('become a note without an error or a warning by dciodvfy', async () => {
    const path = await written('Nodule of the right upper lobe.');
    const { stderr } = await run(dciodvfy ?? '', [path]).catch((error: unknown) => error as { stderr: string });
    expect(stderr.split('\n').filter((line) => line !== '')).toEqual(['KeyObjectSelectionDocument']);
  });

  it.skipIf(python === undefined)('become a note that pydicom reads: title, description, images and frames in their order, evidence', async () => {
    const other = testObject(4, { PatientName: 'Müller^Jörg', SeriesInstanceUID: '2.25.103', extra: [el(0x00080005, 'CS', 'ISO_IR 192')] });
    await store(storage.cache, other);
    await storage.cache.flush();
    const path = await written('Knoten rechts, ø 17 mm', 'Jürgen=^\\x');
    const script = [
      'import pydicom, json, sys',
      'd = pydicom.dcmread(sys.argv[1])',
      'items = [[i.ValueType, i.get("TextValue", None) or [[r.ReferencedSOPInstanceUID, [int(f) for f in ([r.ReferencedFrameNumber] if isinstance(r.ReferencedFrameNumber, int) else r.ReferencedFrameNumber)] if "ReferencedFrameNumber" in r else []] for r in i.get("ReferencedSOPSequence", [])]] for i in d.ContentSequence]',
      'evidence = [[s.SeriesInstanceUID, [r.ReferencedSOPInstanceUID for r in s.ReferencedSOPSequence]] for s in d.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence]',
      'print(json.dumps([str(d.PatientName), d.ConceptNameCodeSequence[0].CodeMeaning, items, evidence]))',
    ].join('\n');
    const { stdout } = await run(python ?? '', ['-c', script, path]);
    expect(JSON.parse(stdout)).toEqual([
      'Doe^Jane',
      'Of Interest',
      [
        ['PNAME', []],
        ['TEXT', 'Knoten rechts, ø 17 mm'],
        ['IMAGE', [[uid(2), []]]],
        ['IMAGE', [[uid(3), [2, 4]]]],
      ],
      [
        ['2.25.101', [uid(2)]],
        ['2.25.102', [uid(3)]],
      ],
    ]);
  });
});
