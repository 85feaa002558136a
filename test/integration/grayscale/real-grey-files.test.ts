import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transferSyntax } from '@shared/dicom';
import { describe, expect, it } from 'vitest';
import { nodeCodecs } from '../../support/codecs';
import { realData } from '../../support/data';
import { difference, drawnByDcmtk } from '../../support/dcmtk-pictures';
import { greyComparisons } from '../../support/grey-comparisons';
import { type GreyFile, greyFileOrReason, greyLevels } from '../../support/grey-of-file';
import { peer } from '../../support/peers';
import { FAULTS_OF_DCMTK, LEFT_OUT } from '../../support/real-grey-left-out';

const data = realData();
const folder = data ?? '';
const [dcm2pnm, dcmj2pnm, dcml2pnm] = [peer('dcm2pnm'), peer('dcmj2pnm'), peer('dcml2pnm')];

/** A folder with more files is a series: its first files are compared in every way, the others under their first window or table. */
const SHORT_SERIES = 30;
const IN_FULL = 2;
/** Frames of one object that are compared, evenly spread from the first to the last. */
const MOST_FRAMES = 5;

/** The program that draws this transfer syntax; undefined: none of them does. */
function programFor(uid: string): string | undefined {
  switch (transferSyntax(uid)?.codec) {
    case 'jpeg':
    case 'jpegLossless':
      return dcmj2pnm;
    case 'jpegLs':
      return dcml2pnm;
    case 'jpeg2000':
    case 'htj2k':
    case 'jpegXl':
      return undefined;
    default:
      return dcm2pnm;
  }
}

function spread(numberOfFrames: number): number[] {
  const count = Math.min(numberOfFrames, MOST_FRAMES);
  return Array.from({ length: count }, (_, at) => (count === 1 ? 0 : Math.round((at * (numberOfFrames - 1)) / (count - 1))));
}

/** Grey files by the manifest, each with whether it is compared in full. */
function greyFiles(): { name: string; inFull: boolean }[] {
  const rows = readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));
  const names = rows.filter((cells) => /^MONOCHROME/.test(cells[11] ?? '')).map(([name = '']) => name);
  const siblings = new Map<string, string[]>();
  for (const name of names) siblings.set(dirname(name), [...(siblings.get(dirname(name)) ?? []), name]);
  return names.map((name) => {
    const series = siblings.get(dirname(name)) ?? [];
    return { name, inFull: series.length <= SHORT_SERIES || series.indexOf(name) < IN_FULL };
  });
}

interface Outcome {
  compared: number;
  frames: number;
  readonly differing: string[];
  /** File -> why it, or some of its frames, was not compared. */
  readonly left: Record<string, string>;
}

/** What came of one file. */
interface FileOutcome {
  compared: number;
  frames: number;
  readonly differing: string[];
  /** Reason -> numbers of the frames, from 1. */
  readonly left: Map<string, number[]>;
}

/** PS3.5 8.1.1: frames of 1 bit follow each other without a gap. DCMTK 3.6.7 lets each begin at a byte. */
function startsInsideByte({ frame: { format, frameIndex } }: GreyFile): boolean {
  return format.BitsAllocated === 1 && (frameIndex * format.Rows * format.Columns) % 8 !== 0;
}

async function compareFrame(path: string, file: GreyFile, program: string, inFull: boolean, into: FileOutcome): Promise<void> {
  const number = file.frame.frameIndex + 1;
  if (startsInsideByte(file)) return leave(into, number, 'begins inside a byte, where DCMTK does not look');
  for (const { args, choice } of greyComparisons(file, !inFull)) {
    const drawn = await drawnByDcmtk(program, path, [...args, '+F', String(number)]);
    if ('reason' in drawn) {
      leave(into, number, `not drawn: ${drawn.reason.split('\n')[0] ?? ''}`);
      continue;
    }
    into.compared++;
    const { wrong, largest, first } = difference(file, greyLevels(file, choice), drawn.levels);
    if (wrong > 0) into.differing.push(`frame ${number} ${args.join(' ')}: ${wrong} pixels, by ${largest}; ${first ?? ''}`);
  }
}

function leave({ left }: FileOutcome, number: number, reason: string): void {
  const numbers = left.get(reason) ?? [];
  left.set(reason, numbers);
  if (!numbers.includes(number)) numbers.push(number);
}

/** Every frame that is taken in every way. */
async function compareFile(path: string, name: string, inFull: boolean, codecs: Awaited<ReturnType<typeof nodeCodecs>>): Promise<FileOutcome> {
  const into: FileOutcome = { compared: 0, frames: 0, differing: [], left: new Map() };
  const bytes = readFileSync(path);
  const first = await greyFileOrReason(bytes, 0, codecs);
  const program = typeof first === 'string' ? undefined : programFor(first.frame.TransferSyntaxUID);
  const whyNot =
    typeof first === 'string' ? `not read: ${first}` : program === undefined ? 'no program of DCMTK draws its transfer syntax' : FAULTS_OF_DCMTK[name];
  if (typeof first === 'string' || program === undefined || whyNot !== undefined) {
    into.left.set(whyNot ?? '', []);
    return into;
  }
  for (const index of spread(first.numberOfFrames)) {
    const file = index === 0 ? first : await greyFileOrReason(bytes, index, codecs);
    if (typeof file === 'string') leave(into, index + 1, `not read: ${file}`);
    else await compareFrame(path, file, program, inFull, into);
    into.frames++;
  }
  if (into.compared === 0 && into.left.size === 0) into.left.set('nothing to compare', []);
  return into;
}

/** The reasons of a file; frames are named where others of it were compared. */
function reasonsOf({ compared, left }: FileOutcome): string {
  return [...left].map(([reason, numbers]) => (compared === 0 ? reason : `frames ${numbers.join(', ')}: ${reason}`)).join('; ');
}

describe.skipIf(dcm2pnm === undefined || dcmj2pnm === undefined || dcml2pnm === undefined || data === undefined)(
  'all grey files of the manifest against DCMTK',
  () => {
    it('are within one level under each window, table and function of theirs, or are left out by name with the reason', { timeout: 600_000 }, async () => {
      const codecs = await nodeCodecs();
      const files = greyFiles();
      const outcome: Outcome = { compared: 0, frames: 0, differing: [], left: {} };
      const waiting = files.values();
      const work = async (): Promise<void> => {
        for (const { name, inFull } of waiting) {
          const one = await compareFile(join(folder, name), name, inFull, codecs);
          outcome.compared += one.compared;
          outcome.frames += one.frames;
          outcome.differing.push(...one.differing.map((line) => `${name} ${line}`));
          if (one.left.size > 0) outcome.left[name] = reasonsOf(one);
        }
      };
      await Promise.all([work(), work()]);
      const { compared, frames, differing, left } = outcome;
      process.stdout.write(`${compared} comparisons of ${frames} frames; of ${files.length} grey files ${Object.keys(left).length} are left out or in part\n`);
      expect.soft(differing).toEqual([]);
      expect(left).toEqual(LEFT_OUT);
    });

    it('are what PS3.3 C.11.2.1.2.1 says where the arithmetic of DCMTK overflows', async () => {
      const [center, width] = [1_024_500.5, 459_001];
      for (const name of Object.keys(FAULTS_OF_DCMTK)) {
        const file = await greyFileOrReason(readFileSync(join(folder, name)), 0);
        if (typeof file === 'string') return expect.fail(file);
        const said = Array.from(file.values, (value) => Math.min(1, Math.max(0, (value - (center - 0.5)) / (width - 1) + 0.5)) * 255);
        const ours = greyLevels(file, { center, width });
        expect(Math.max(...said.map((level, at) => Math.abs(level - (ours[at] ?? NaN))))).toBeLessThanOrEqual(0.5);
        expect(new Set(ours).size).toBeGreaterThan(20);
      }
    });
  },
);
