import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool, sendObjects, type SendObject } from '../../electron/services/dimse';
import { freePort, startOrthanc } from './orthanc';
import { peerEnv } from './peers';
import { readPart10 } from './raw-sender';
import { targetOf } from './scu-run';
import { listening } from './store-scp';

/** An archive that sends to the station at `station` by C-MOVE alone. */
export interface MoveArchive extends AsyncDisposable {
  readonly aeTitle: string;
  readonly port: number;
  /** Keeps the Part 10 file in the place of what it had under the UID. */
  put(name: string, file: Uint8Array): Promise<void>;
}

/** Orthanc that lets nobody get. */
export async function moveOrthanc(program: string, station: number): Promise<MoveArchive> {
  const home = await mkdtemp(join(tmpdir(), 'alternator-move-'));
  const modality = { AET: 'ALTERNATOR', Host: '127.0.0.1', Port: station, AllowGet: false, AllowFind: true, AllowMove: true };
  const settings = { StorageDirectory: home, IndexDirectory: home, OverwriteInstances: true, DicomAlwaysAllowGet: false, DicomModalities: { us: modality } };
  const orthanc = await startOrthanc(program, { aet: 'ALTERNATOR', port: station }, settings);
  return {
    ...{ aeTitle: 'ORTHANC', port: orthanc.port },
    put: (_name, file) => orthanc.upload(file),
    async [Symbol.asyncDispose]() {
      await orthanc[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** DCMTK's dcmqrscp with C-GET disabled. */
export async function moveDcmqrscp(program: string, station: number): Promise<MoveArchive> {
  const folder = await mkdtemp(join(tmpdir(), 'alternator-move-'));
  const port = await freePort();
  await mkdir(join(folder, 'db'));
  const config = [
    ...[`NetworkTCPPort = ${String(port)}`, 'MaxPDUSize = 16384', 'MaxAssociations = 16'],
    ...['HostTable BEGIN', `us = (ALTERNATOR, 127.0.0.1, ${String(station)})`, 'HostTable END', 'VendorTable BEGIN', 'VendorTable END'],
    ...['AETable BEGIN', `QR ${join(folder, 'db')} RW (200, 1024mb) ANY`, 'AETable END'],
  ];
  await writeFile(join(folder, 'dcmqrscp.cfg'), `${config.join('\n')}\n`);
  const child = spawn(program, ['--disable-get', '-c', join(folder, 'dcmqrscp.cfg')], { stdio: 'ignore', env: peerEnv() });
  await listening(port);
  return {
    ...{ aeTitle: 'QR', port },
    async put(_name, file) {
      const object = readPart10(Buffer.from(file));
      if (object === undefined) throw new Error('no Part 10 file');
      const one: SendObject = {
        ...object,
        async *bytes() {
          yield await Promise.resolve(object.dataSet);
        },
      };
      await sendObjects(createPool({ keepMs: 0 }), targetOf(port, 'QR', 'ALTERNATOR'), { objects: [one], parallel: 1, onOutcome: () => undefined }, NEVER);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const NEVER = new AbortController().signal;

/** pynetdicom; `how`: whether its C-STOREs name the C-MOVE that they answer. A file that is put as `modality` comes from a modality meanwhile. */
export async function movePynetdicom(python: string, station: number, how: 'names' | 'silent'): Promise<MoveArchive> {
  const folder = await mkdtemp(join(tmpdir(), 'alternator-move-'));
  const port = await freePort();
  const script = join(import.meta.dirname, 'python', 'move-archive.py');
  const child = spawn(python, [script, String(port), String(station), folder, how], { stdio: ['ignore', 'ignore', 'inherit'] });
  await listening(port);
  return {
    ...{ aeTitle: 'ARCHIVE', port },
    put: (name, file) => writeFile(join(folder, name === 'modality' ? name : `${name}.dcm`), file),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
