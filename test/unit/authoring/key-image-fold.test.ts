import { isDeepStrictEqual } from 'node:util';
import { SeriesUid, SopInstanceUid, StudyUid } from '@shared/domain';
import { describe, expect, it } from 'vitest';
import { AuthoringNote, KeyImageFold } from '../../../electron/services/authoring/key-image-fold';
import { LineJournal } from '../../../electron/services/cache';
import { LostWriteDisk } from '../../support/lost-write-layer';
import { seededRandom, testSeed } from '../../support/seed';

const STUDIES = ['1.2.1', '1.2.2'].map((uid) => StudyUid.parse(uid));
const seed = testSeed();
console.info(`ALTERNATOR_SEED=${String(seed)}`);

function randomNote(random: () => number): AuthoringNote {
  const pick = (below: number) => Math.floor(random() * below);
  const of = { StudyInstanceUID: STUDIES[pick(2)] ?? ('' as StudyUid), by: 'reader', atMs: pick(1000) };
  const SOPInstanceUID = SopInstanceUid.parse(`1.2.9.${String(pick(6))}`);
  const what = pick(20);
  if (what < 11)
    return { kind: 'mark', ...of, SOPInstanceUID, SeriesInstanceUID: SeriesUid.parse('1.2.8'), SOPClassUID: '1.2.7', frame: pick(3), marked: pick(3) > 0 };
  if (what < 18) return { kind: what < 15 ? 'undo' : 'redo', ...of };
  if (what < 19) return { kind: 'kept', StudyInstanceUID: of.StudyInstanceUID, SOPInstanceUID };
  return { kind: 'note', ...of, SOPInstanceUID, title: '113000', description: '', images: 1, nodes: [], dataSet: 'AAAA' };
}

function seen(fold: KeyImageFold): unknown {
  return STUDIES.map((uid) => [fold.marks(uid), fold.canUndo(uid), fold.canRedo(uid), fold.notes(uid), fold.unkept()]);
}

/** Everything taken back, then everything done again, step by step. */
function history(fold: KeyImageFold): unknown[] {
  const states: unknown[] = [];
  for (const kind of ['undo', 'redo'] as const)
    for (const StudyInstanceUID of STUDIES)
      while (kind === 'undo' ? fold.canUndo(StudyInstanceUID) : fold.canRedo(StudyInstanceUID)) {
        fold.take({ kind, StudyInstanceUID, by: 'reader', atMs: 0 });
        states.push(seen(fold));
      }
  return states;
}

describe('what the journal of authored work says', () => {
  it('is the same when its lines are made few: marks, notes, and everything that can be taken back or done again', () => {
    const random = seededRandom(seed);
    for (let round = 0; round < 40; round++) {
      const [fold, short] = [new KeyImageFold(), new KeyImageFold()];
      for (let n = 0; n < 30; n++) fold.take(randomNote(random));
      for (const line of fold.lines()) short.take(line);
      expect(seen(short)).toEqual(seen(fold));
      expect(history(short)).toEqual(history(fold));
    }
  });

  it('is all that was acknowledged after a power cut at any call', () => {
    expect(lossesOfPowerCuts(() => false)).toEqual([]);
  });

  it.each(['fdatasync', 'fsyncDir'])('is found wanting by this test when %s is taken out', (call) => {
    expect(lossesOfPowerCuts((name) => name === call)).not.toEqual([]);
  });
});

/** Calls at which a power cut takes something acknowledged. */
function lossesOfPowerCuts(ignore: (call: string) => boolean): number[] {
  const random = seededRandom(seed + 1);
  const notes = Array.from({ length: 12 }, () => randomNote(random));
  const losses: number[] = [];
  for (let cutAt = 1; cutAt < 40; cutAt++) {
    const disk = new LostWriteDisk({ cutAt, ignore });
    const told = new KeyImageFold();
    try {
      disk.layer.sync.mkdirs('/data');
      const journal = open(disk, new KeyImageFold());
      for (const note of notes) {
        journal.append(note);
        told.take(note);
      }
    } catch {
      // the power went
    }
    const next = disk.afterCut('nothing');
    next.layer.sync.mkdirs('/data');
    const found = new KeyImageFold();
    open(next, found).close();
    if (!isDeepStrictEqual(seen(found), seen(told))) losses.push(cutAt);
  }
  return losses;
}

function open(disk: LostWriteDisk, fold: KeyImageFold): LineJournal<AuthoringNote> {
  return LineJournal.open(disk.layer, '/data/authoring.journal', fold, (value) => AuthoringNote.safeParse(value).data);
}
