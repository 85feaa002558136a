import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Orthanc's DICOMweb plugin (Debian: orthanc-dicomweb); undefined when it is not installed. With CI=true that throws, as a missing peer does. */
export function webPlugin(): string | undefined {
  const path = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
  if (existsSync(path)) return path;
  if (process.env['CI'] === 'true') throw new Error('the DICOMweb plugin of Orthanc is missing: apt-get install orthanc-dicomweb');
  return undefined;
}

export interface Orthanc extends AsyncDisposable {
  readonly port: number;
  /** Root of its HTTP server. */
  readonly url: string;
  upload(file: Uint8Array): Promise<void>;
  /** Data of its REST interface. */
  ask(path: string): Promise<unknown>;
  /** Answer to a POST of JSON. */
  post(path: string, body: unknown): Promise<unknown>;
  /** The file that it keeps for a SOP Instance UID. */
  file(SOPInstanceUID: string): Promise<Buffer>;
}

/** An empty Orthanc (AE title ORTHANC) in a folder of its own, that knows one modality and lets it query and get. */
export async function startOrthanc(program: string, modality: { aet: string; port: number }, extra: Readonly<Record<string, unknown>> = {}): Promise<Orthanc> {
  const home = await mkdtemp(join(tmpdir(), 'alternator-orthanc-'));
  const [http, dicom] = [await freePort(), typeof extra['DicomPort'] === 'number' ? extra['DicomPort'] : await freePort()];
  const config = {
    StorageDirectory: home,
    IndexDirectory: home,
    HttpPort: http,
    DicomPort: dicom,
    RemoteAccessAllowed: false,
    DicomAlwaysAllowFind: true,
    DicomAlwaysAllowGet: true,
    DicomAlwaysAllowMove: true,
    DicomModalities: { us: { AET: modality.aet, Host: '127.0.0.1', Port: modality.port, AllowGet: true, AllowFind: true, AllowMove: true } },
    ...extra,
  };
  await writeFile(join(home, 'config.json'), JSON.stringify(config));
  const child = spawn(program, [join(home, 'config.json')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${String(http)}`;
  await answers(`${url}/system`);
  const ask = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json();
  return {
    port: dicom,
    url,
    ask,
    post: async (path, body): Promise<unknown> => (await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })).json(),
    async upload(file) {
      const answer = await fetch(`${url}/instances`, { method: 'POST', body: Buffer.from(file) });
      if (!answer.ok) throw new Error(`Orthanc refused an upload: ${String(answer.status)}`);
    },
    async file(SOPInstanceUID) {
      const found = (await (await fetch(`${url}/tools/lookup`, { method: 'POST', body: SOPInstanceUID })).json()) as { ID: string }[];
      const id = found[0]?.ID;
      if (id === undefined) throw new Error(`Orthanc does not have ${SOPInstanceUID}`);
      return Buffer.from(await (await fetch(`${url}/instances/${id}/file`)).arrayBuffer());
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await ended;
      }
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<void> {
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
