import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoObject } from '../../../electron/services/demo';
import { planDemo } from '../../../electron/services/demo';
import { peer, pythonWith } from '../../support/peers';
import { readElements } from '../../support/e2e/elements';
import { encodePart10 } from '../../support/dicom';

const run = promisify(execFile);

/** First, middle and last image of every series: each kind of object that the generator authors. */
function sample(): { name: string; object: DemoObject }[] {
  const bySeries = new Map<string, ReturnType<typeof planDemo>>();
  for (const planned of planDemo({ seed: 1, today: '20261122' })) {
    const key = `${planned.study} ${planned.series}`;
    bySeries.set(key, [...(bySeries.get(key) ?? []), planned]);
  }
  return [...bySeries].flatMap(([key, series]) => {
    const picked = [...new Set([0, Math.floor(series.length / 2), series.length - 1])];
    return picked.map((index) => ({ name: `${key} ${index}`, object: series[index]!.make() }));
  });
}

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

  it.skipIf(dciodvfy === undefined)('have no error by dciodvfy, and no warning but the one that it does not know', async () => {
    const findings: string[] = [];
    for (const { name, path } of files) {
      // It writes its findings to stderr, whatever they are, and says the class first.
      const { stderr } = await run(dciodvfy ?? '', [path]).catch((error: unknown) => error as { stderr: string });
      const lines = stderr.split('\n').filter((line) => line !== '');
      expect(lines[0]).toMatch(/^(CT|MR)Image$/);
      findings.push(...lines.slice(1).map((line) => `${name}: ${line}`));
    }
    // "US" (unspecified) is a defined term of Rescale Type (PS3.3 C.11.1.1.2) that this version does not list.
    expect(findings.filter((line) => !line.includes('Unrecognized defined term <US> for value 1 of attribute <Rescale Type>'))).toEqual([]);
  });

  it.skipIf(python === undefined)('are read by pydicom with exactly the samples that were rendered', async () => {
    const script = [
      'import pydicom, hashlib, json, sys',
      'out = []',
      'for path in sys.argv[1:]:',
      '    d = pydicom.dcmread(path)',
      '    a = d.pixel_array',
      '    out.append([d.SOPInstanceUID, list(a.shape), hashlib.sha256(a.tobytes()).hexdigest(), str(d.PatientName), str(a.dtype)])',
      'print(json.dumps(out))',
    ].join('\n');
    const { stdout } = await run(python ?? '', ['-c', script, ...files.map((file) => file.path)], { maxBuffer: 1 << 22 });
    const read = JSON.parse(stdout) as [string, number[], string, string, string][];
    const expected = files.map(({ object }) => {
      const elements = readElements(object.dataSet);
      const size = (tag: string) => new DataView(elements.bytes(tag).slice().buffer).getUint16(0, true);
      const signed = size('00280103') === 1;
      const sha = createHash('sha256').update(elements.bytes('7fe00010')).digest('hex');
      return [object.SOPInstanceUID, [size('00280010'), size('00280011')], sha, elements.text('00100010'), signed ? 'int16' : 'uint16'];
    });
    expect(read).toEqual(expected);
  });
});
