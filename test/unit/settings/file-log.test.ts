import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFileLog } from '../../../electron/services/logging/file-log';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'alternator-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('never writes what names a patient, even when a caller passes it', () => {
  const file = openFileLog({ folder, level: 'info' });
  file.log.info({ PatientName: 'DOE^JANE', object: { PatientID: '4711' }, count: 3 }, 'object stored');
  file.close();
  const text = readFileSync(join(folder, 'services.log'), 'utf8');
  expect(text).toContain('object stored');
  expect(text).toContain('"count":3');
  expect(text).not.toMatch(/DOE|4711/);
});

it('puts a full file behind the others and keeps only so many', () => {
  const file = openFileLog({ folder, level: 'info', maxBytes: 500, keep: 2 });
  for (let n = 0; n < 60; n++) file.log.info({ n }, 'a line of some length to fill the file');
  file.close();
  expect(readdirSync(folder).sort()).toEqual(['services.log', 'services.log.1', 'services.log.2']);
  expect(readFileSync(join(folder, 'services.log'), 'utf8')).toContain('"n":59');
});
