import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSenderPolicy, echo } from '../../../electron/services/dimse';
import { encodeDataSet, encodePart10, sampleImage, type Encoding } from '../../support/dicom';
import { realData } from '../../support/data';
import { peer, peerEnv } from '../../support/peers';
import { readPart10, sendRaw, type RawObject } from '../../support/raw-sender';
import { createStoreDouble, type StoreDouble } from '../../support/ul-store-double';
import { OUR_AE, startTestNode, until } from '../../support/ul-node';
import { run } from '../../support/ul-run';

const SYNTAX = '1.2.840.10008.1.2';

/** Options of storescu and the syntax that each proposes first. */
const proposals: readonly (readonly [option: string, suffix: string])[] = [
  ['-xi', ''],
  ['-xe', '.1'],
  ['-xb', '.2'],
  ['-xd', '.1.99'],
  ['-xy', '.4.50'],
  ['-xx', '.4.51'],
  ['-xs', '.4.70'],
  ['-xt', '.4.80'],
  ['-xu', '.4.81'],
  ['-xv', '.4.90'],
  ['-xw', '.4.91'],
  ['-xm', '.4.100'],
  ['-xh', '.4.101'],
  ['-xn', '.4.102'],
  ['-xl', '.4.103'],
  ['-x2', '.4.104'],
  ['-x3', '.4.105'],
  ['-xo', '.4.106'],
  ['-x4', '.4.107'],
  ['-x5', '.4.108'],
  ['-xr', '.5'],
];

const CT = '1.2.840.10008.5.1.4.1.1.2';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const storescu = peer('storescu');
const storescp = peer('storescp');
const echoscu = peer('echoscu');
const orthanc = peer('Orthanc');
const data = realData();

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alternator-dimse-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function object(suffix: string, instance: number): { file: Uint8Array; dataSet: Uint8Array; uid: string } {
  const uid = `2.25.77${String(instance)}`;
  const encoding: Encoding = suffix === '' ? 'implicitLE' : suffix === '.2' ? 'explicitBE' : 'explicitLE';
  const isNative = ['', '.1', '.2', '.1.99'].includes(suffix);
  const dataSet = encodeDataSet(sampleImage({ SOPInstanceUID: uid, ...(isNative ? {} : { fragments: [Uint8Array.of(1, 2, 3, 4)] }) }), encoding);
  const syntax = suffix === '.1.99' ? `${SYNTAX}.1` : SYNTAX + suffix;
  return { file: encodePart10({ SOPClassUID: CT, SOPInstanceUID: uid, TransferSyntaxUID: syntax }, dataSet), dataSet, uid };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

describe('C-ECHO', () => {
  it('of our own SCU is answered by the library behind our guard', async () => {
    await using station = await startTestNode();
    const answer = await echo({ aeTitle: OUR_AE, host: '127.0.0.1', port: station.port, callingAeTitle: 'ME' }, new AbortController().signal);
    expect(answer).toMatchObject({ ok: true, words: 'ALTERNATOR answered the C-ECHO.' });
  });

  it.skipIf(echoscu === undefined)('of echoscu is answered, with every context that it proposes, many times over', async () => {
    await using station = await startTestNode();
    const result = await run(echoscu ?? '', ['-aec', OUR_AE, '--repeat', '20', '--propose-ts', '3', '--propose-pc', '20', '127.0.0.1', String(station.port)]);
    expect(result).toEqual({ code: 0, output: '' });
  });

  it.skipIf(storescp === undefined)('of our SCU is answered by storescp, and refused in words', async () => {
    const port = await freePort();
    const scp = spawn(storescp ?? '', ['-od', folder, String(port)], { stdio: 'ignore' });
    try {
      const signal = new AbortController().signal;
      const target = { aeTitle: 'ANY', host: '127.0.0.1', port, callingAeTitle: 'ME' };
      let answer = await echo(target, signal);
      for (let attempt = 0; attempt < 50 && !answer.ok; attempt++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        answer = await echo(target, signal);
      }
      expect(answer.ok).toBe(true);
    } finally {
      scp.kill();
    }
  });
});

describe.skipIf(storescu === undefined)('storescu', () => {
  it.each(proposals)('%s: syntax …%s is kept as it was sent', async (option, suffix) => {
    const store = createStoreDouble();
    await using station = await startTestNode({ store });
    const { file, dataSet, uid } = object(suffix, proposals.findIndex(([name]) => name === option) + 1);
    const path = join(folder, `object${option}.dcm`);
    await writeFile(path, file);
    const result = await run(storescu ?? '', ['-aec', OUR_AE, option, '127.0.0.1', String(station.port), path]);
    expect(result).toEqual({ code: 0, output: '' });
    expect(store.kept).toHaveLength(1);
    expect(store.kept[0]?.incoming).toMatchObject({ SOPInstanceUID: uid, SOPClassUID: CT, TransferSyntaxUID: SYNTAX + suffix });
    // Deflated by storescu itself: other bytes than any file.
    if (suffix !== '.1.99') expect(store.kept[0]?.sha256).toBe(sha256(dataSet));
  });

  it('is refused by its AE title or the one it calls, and says so', async () => {
    const senders = createSenderPolicy(() => [{ aeTitle: 'KNOWN', host: '127.0.0.1', source: 'settings' }]);
    await using station = await startTestNode({ senders });
    const path = join(folder, 'wrong-ae.dcm');
    await writeFile(path, object('.1', 1).file);
    const unknown = await run(storescu ?? '', ['-aec', OUR_AE, '-aet', 'STRANGER', '127.0.0.1', String(station.port), path]);
    expect(unknown.output).toContain('Calling AE Title Not Recognized');
    const wrong = await run(storescu ?? '', ['-aec', 'OTHER', '-aet', 'KNOWN', '127.0.0.1', String(station.port), path]);
    expect(wrong.output).toContain('Called AE Title Not Recognized');
    expect(await run(storescu ?? '', ['-aec', OUR_AE, '-aet', 'KNOWN', '127.0.0.1', String(station.port), path])).toEqual({ code: 0, output: '' });
    expect(station.node.refused().map((sender) => sender.aeTitle)).toEqual(['KNOWN', 'STRANGER']);
  });

  it('hears the status and the comment of a refused object', async () => {
    const store = createStoreDouble({ outcome: () => ({ kind: 'refused', status: 0xa700, comment: 'Disk full' }) });
    await using station = await startTestNode({ store });
    const path = join(folder, 'full.dcm');
    await writeFile(path, object('.1', 1).file);
    const result = await run(storescu ?? '', ['-v', '-aec', OUR_AE, '127.0.0.1', String(station.port), path]);
    expect(result.output).toContain('Refused: OutOfResources');
  });

  it('killed in the middle of an object leaves nothing, and what came before stays', async () => {
    const store = createStoreDouble({ stopAfter: 200_000 });
    await using station = await startTestNode({ store });
    const small = join(folder, 'small.dcm');
    const big = join(folder, 'big.dcm');
    await writeFile(small, object('.1', 1).file);
    const image = encodeDataSet(sampleImage({ SOPInstanceUID: '2.25.99', Rows: 2048, Columns: 2048 }), 'explicitLE');
    await writeFile(big, encodePart10({ SOPClassUID: CT, SOPInstanceUID: '2.25.99', TransferSyntaxUID: `${SYNTAX}.1` }, image));
    const child = spawn(storescu ?? '', ['-aec', OUR_AE, '127.0.0.1', String(station.port), small, big], { stdio: 'ignore' });
    await until(() => store.counts.begun === 2, 'the second object');
    child.kill('SIGKILL');
    await until(() => (store.release(), station.events.at(-1)?.kind === 'closed'), 'the end');
    expect(store.counts).toMatchObject({ begun: 2, finished: 1, aborted: 1 });
    expect(station.events.at(-1)).toMatchObject({ how: 'lost', counts: { stored: 1 } });
  });
});

/** Every readable Part 10 object of the data folder. */
async function allObjects(root: string): Promise<{ path: string; object: RawObject }[]> {
  const found: { path: string; object: RawObject }[] = [];
  for (const name of await readdir(root, { recursive: true })) {
    const path = join(root, name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    const object = readPart10(bytes);
    if (object && object.dataSet.length % 2 === 0 && /^[0-9.]{3,64}$/.test(object.SOPInstanceUID)) found.push({ path, object });
  }
  return found;
}

/** What stands in one list only, each entry counted. */
function difference(ours: readonly string[], theirs: readonly string[]): { ours: string[]; theirs: string[] } {
  const rest = [...theirs];
  const extra = ours.filter((key) => {
    const at = rest.indexOf(key);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return { ours: extra, theirs: rest };
}

const keys = (store: StoreDouble): string[] => store.kept.map((kept) => `${kept.incoming.TransferSyntaxUID} ${kept.sha256}`).sort();

describe.skipIf(data === undefined)('real objects', () => {
  it('of our raw sender are kept byte for byte, all of them', async () => {
    const store = createStoreDouble();
    await using station = await startTestNode({ store, acceptUnknownSopClasses: true });
    const objects = (await allObjects(data ?? '')).map(({ object }) => object);
    const answers = await sendRaw(objects, { port: station.port });
    const sent = answers.filter((answer) => answer.status === 0).map(({ object: { TransferSyntaxUID, dataSet } }) => `${TransferSyntaxUID} ${sha256(dataSet)}`);
    expect(difference(keys(store), sent)).toEqual({ ours: [], theirs: [] });
    // What is not negotiable: media directories and classes outside storage.
    const refused = answers.filter((answer) => answer.status !== 0).map((answer) => answer.object.SOPClassUID);
    expect(refused.filter((uid) => uid !== '1.2.840.10008.1.3.10' && !uid.startsWith('1.2.840.10008.5.1.4.31'))).toEqual([]);
    expect(sent.length).toBeGreaterThan(1000);
  });

  it.skipIf(storescu === undefined || storescp === undefined)('of storescu are kept byte for byte as a bit-preserving storescp keeps them', async () => {
    const store = createStoreDouble();
    await using station = await startTestNode({ store });
    const port = await freePort();
    const reference = join(folder, 'reference');
    await mkdir(reference);
    const scp = spawn(storescp ?? '', ['+B', '-od', reference, '--unique-filenames', '+xa', String(port)], { stdio: 'ignore', env: peerEnv() });
    try {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const objects = await allObjects(data ?? '');
      for (const [option, suffix] of proposals) {
        const files = objects.filter(({ object }) => object.TransferSyntaxUID === SYNTAX + suffix).map(({ path }) => path);
        if (files.length === 0) continue;
        for (const [aeTitle, to] of [
          [OUR_AE, station.port],
          ['ANY', port],
        ] as const) {
          await run(storescu ?? '', ['-aec', aeTitle, '-nh', '-R', option, '127.0.0.1', String(to), ...files]);
        }
      }
    } finally {
      scp.kill();
    }
    const kept: string[] = [];
    const classes = new Set<string>();
    for (const name of await readdir(reference)) {
      const object = readPart10(await readFile(join(reference, name)));
      if (!object) continue;
      classes.add(object.SOPClassUID);
      kept.push(`${object.TransferSyntaxUID} ${sha256(object.dataSet)}`);
    }
    expect(kept.length).toBeGreaterThan(500);
    // Classes that this storescp is too old for are not there to compare.
    const comparable = store.kept
      .filter((each) => classes.has(each.incoming.SOPClassUID))
      .map(({ incoming, sha256: digest }) => `${incoming.TransferSyntaxUID} ${digest}`);
    expect(difference(comparable, kept)).toEqual({ ours: [], theirs: [] });
  });
});

describe.skipIf(orthanc === undefined)('Orthanc', () => {
  it('sends a study that it was given', async () => {
    const store = createStoreDouble();
    await using station = await startTestNode({ store });
    const home = await mkdtemp(join(folder, 'orthanc-'));
    const [http, dicom] = [await freePort(), await freePort()];
    const config = {
      StorageDirectory: home,
      IndexDirectory: home,
      HttpPort: http,
      DicomPort: dicom,
      RemoteAccessAllowed: false,
      DicomModalities: { us: { AET: OUR_AE, Host: '127.0.0.1', Port: station.port } },
    };
    await writeFile(join(home, 'config.json'), JSON.stringify(config));
    const server = spawn(orthanc ?? '', [join(home, 'config.json')], { stdio: 'ignore' });
    try {
      const url = `http://127.0.0.1:${String(http)}`;
      await untilAnswers(`${url}/system`);
      const ids: string[] = [];
      for (let index = 0; index < 12; index++) {
        const { file } = object('.1', 500 + index);
        const uploaded = await fetch(`${url}/instances`, { method: 'POST', body: Buffer.from(file) });
        ids.push(((await uploaded.json()) as { ID: string }).ID);
      }
      const sent = await fetch(`${url}/modalities/us/store`, { method: 'POST', body: JSON.stringify(ids) });
      expect(await sent.json()).toMatchObject({ FailedInstancesCount: 0, InstancesCount: 12 });
      expect(new Set(store.kept.map((kept) => kept.incoming.SOPInstanceUID)).size).toBe(12);
      const echoed = await fetch(`${url}/modalities/us/echo`, { method: 'POST', body: '{}' });
      expect(echoed.status).toBe(200);
    } finally {
      server.kill('SIGKILL');
    }
  });
});

async function untilAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} never answered`);
}
