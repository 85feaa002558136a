import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallName, type Channel, createClient } from '@shared/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeFiles } from '../../electron/services/cache';
import { createServices, type Services } from '../../electron/services/create-services';
import { silentLogger } from '../../electron/services/logging/logger';
import { rawPortOf, someone, transports } from './doubles';
import { wireChecks } from './wire-checks';

const echo = { host: '127.0.0.1', port: 1 };

/** What only the real handlers refuse. */
const refusedByHandlers: readonly { readonly why: string; readonly name: CallName; readonly request: unknown; readonly code: string }[] = [
  { why: 'to open a study that is not here', name: 'study.open', request: { StudyInstanceUID: '2.25.404' }, code: 'notFound' },
  { why: 'for the tables of an image that is not here', name: 'image.luts', request: { instanceId: 4_040_404 }, code: 'notFound' },
  { why: 'the state of a study that is not here', name: 'study.setState', request: { StudyInstanceUID: '2.25.404', state: 'done' }, code: 'notFound' },
  { why: 'a settings value that does not fit', name: 'settings.set', request: { name: 'senders', value: { accepted: 'all' } }, code: 'badRequest' },
  { why: 'an AE title with a backslash', name: 'node.allowSender', request: { aeTitle: 'A\\B', host: '10.0.0.1' }, code: 'badRequest' },
  { why: 'an AE title of spaces', name: 'node.allowSender', request: { aeTitle: '    ', host: '10.0.0.1' }, code: 'badRequest' },
  { why: 'an AE title of 17 characters', name: 'node.echo', request: { ...echo, aeTitle: 'ABCDEFGHIJKLMNOPQ' }, code: 'badRequest' },
];

describe.each(transports.map((transport) => [transport.name, transport] as const))('the real services over %s', (_name, transport) => {
  let folder: string;
  let services: Services;
  let page: Channel;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'alternator-contract-'));
    services = await createServices({
      options: {
        dataDir: folder,
        aeTitle: 'CONTRACT',
        dicomHost: '127.0.0.1',
        dicomPort: 0,
        accept: [],
        demo: false,
        rebuildIndex: false,
        workersDir: join(folder, 'none'),
      },
      clock: { now: () => Date.now(), monotonic: () => performance.now() },
      files: createNodeFiles(),
      log: silentLogger,
    });
    const [near, far] = transport.open();
    page = near;
    services.serve(far, someone);
  });
  afterAll(async () => {
    page.close();
    await services.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('hold every check of the wire', async () => {
    const port = rawPortOf(page);
    for (const { behaviour, run } of wireChecks()) await expect(run(port), behaviour).resolves.toBeUndefined();
  });

  it.each(refusedByHandlers.map((one) => [one.why, one] as const))('refuse %s', async (_why, { name, request, code }) => {
    await expect(createClient(page, () => undefined).call(name, request as never)).rejects.toMatchObject({ code });
  });

  it('search for characters that mean something to SQL as what they are', async () => {
    const filter = { text: `o'neil % _ \\ " ) -- `, PatientName: 'Müller 山田*?', birthYear: '19' };
    const request = { filter, sort: { key: 'PatientName' as const, descending: false }, offset: 0, limit: 20 };
    expect(await createClient(page, () => undefined).call('study.search', request)).toEqual({ rows: [], matching: 0, all: 0, remote: 0, gone: [] });
  });
});
