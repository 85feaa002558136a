import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoObject } from '../../../electron/services/demo';
import { planDemo } from '../../../electron/services/demo';
import { walkDataSet } from '../../../electron/services/part10';
import { peer, pythonWith } from '../../support/peers';
import { readElements } from '../../support/e2e/elements';
import { encodePart10 } from '../../support/dicom';

const run = promisify(execFile);

/** Each kind of object that the generator authors: of the stacks first and last, of everything else the first. */
function sample(): { name: string; object: DemoObject }[] {
  const bySeries = new Map<string, ReturnType<typeof planDemo>>();
  for (const planned of planDemo({ seed: 1, today: '20261122', studies: 'all' })) {
    // The same kinds as the current mammograms, and slow to draw.
    if (planned.study === 'mg-prior') continue;
    const key = `${planned.study} ${planned.series}`;
    bySeries.set(key, [...(bySeries.get(key) ?? []), planned]);
  }
  return [...bySeries].flatMap(([key, series]) => {
    const picked = [...new Set([0, series.length - 1])];
    return picked.map((index) => ({ name: `${key} ${index}`, object: series[index]!.make() }));
  });
}

/** Defined terms of the standard that this version of dciodvfy does not list, and a presentation state's laterality, which nobody gave. */
const known = [
  'Unrecognized defined term <US> for value 1 of attribute <Rescale Type>',
  'Unrecognized defined term <CC> for value 1 of attribute <View Position>',
  'Unrecognized defined term <MLO> for value 1 of attribute <View Position>',
  'is only permitted to be empty when actually unknown',
];

describe('demo objects against the standard', () => {
  const dciodvfy = peer('dciodvfy');
  const python = pythonWith('pydicom', 'numpy');
  const files: { name: string; path: string; object: DemoObject }[] = [];
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'alternator-demo-'));
    for (const [index, { name, object }] of sample().entries()) {
      const path = join(folder, `${index}.dcm`);
      await writeFile(path, encodePart10(object, object.dataSet));
      files.push({ name, path, object });
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.skipIf(dciodvfy === undefined)('have no error by dciodvfy, and no warning but those of what it does not know', async () => {
    const findings: string[] = [];
    const classes = new Set<string>();
    for (const { name, path } of files) {
      // It writes its findings to stderr, whatever they are, and says the class first.
      const { stderr } = await run(dciodvfy ?? '', [path]).catch((error: unknown) => error as { stderr: string });
      const lines = stderr.split('\n').filter((line) => line !== '');
      classes.add(lines.find((line) => /^\w+$/.test(line)) ?? `none of ${name}`);
      findings.push(...lines.filter((line) => !/^\w+$/.test(line) && !known.some((known) => line.includes(known))).map((line) => `${name}: ${line}`));
    }
    expect(findings).toEqual([]);
    expect([...classes].sort()).toEqual(
      [
        ...['CRImage', 'CTImage', 'EncapsulatedPDF', 'EnhancedMRImage', 'EnhancedSR', 'GrayscaleSoftcopyPresentationState', 'KeyObjectSelectionDocument'],
        ...['MRImage', 'MammographyImageForPresentation', 'PETImage', 'TwelveLeadECG', 'USMultiFrameImage', 'XAImage'],
      ].sort(),
    );
  });

  it.skipIf(python === undefined)('are read by pydicom with exactly the samples that were rendered', async () => {
    const script = [
      'import pydicom, hashlib, json, sys',
      'out = []',
      'for path in sys.argv[1:]:',
      '    d = pydicom.dcmread(path)',
      '    a = d.pixel_array',
      '    out.append([d.SOPInstanceUID, list(a.shape), hashlib.sha256(a.tobytes()).hexdigest(), str(a.dtype)])',
      'print(json.dumps(out))',
    ].join('\n');
    const slices = files.filter(({ name }) => /^(ct-chest|ct-chest-prior|mr-brain|pet-ct PT) /.test(name));
    expect(slices.length).toBeGreaterThan(10);
    const { stdout } = await run(python ?? '', ['-c', script, ...slices.map((file) => file.path)], { maxBuffer: 1 << 22 });
    const read = JSON.parse(stdout) as [string, number[], string, string][];
    const expected = slices.map(({ object }) => {
      const elements = readElements(object.dataSet);
      const size = (tag: string) => new DataView(elements.bytes(tag).slice().buffer).getUint16(0, true);
      const signed = size('00280103') === 1;
      const sha = createHash('sha256').update(elements.bytes('7fe00010')).digest('hex');
      return [object.SOPInstanceUID, [size('00280010'), size('00280011')], sha, signed ? 'int16' : 'uint16'];
    });
    expect(read).toEqual(expected);
  });

  it.skipIf(python === undefined)('have names that pydicom reads as we do, in every writing', async () => {
    const script = [
      'import pydicom, json, sys',
      'print(json.dumps([str(pydicom.dcmread(p, stop_before_pixels=True).PatientName) for p in sys.argv[1:]]))',
    ].join('\n');
    const { stdout } = await run(python ?? '', ['-c', script, ...files.map((file) => file.path)], { maxBuffer: 1 << 22 });
    const ours = files.map(({ object: { dataSet, TransferSyntaxUID } }) => {
      const walked = walkDataSet(dataSet, { TransferSyntaxUID });
      return walked.ok ? walked.attributes.PatientName : walked.reason.code;
    });
    expect(JSON.parse(stdout)).toEqual(ours);
  });
});
