import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { encodePart10 } from './dicom';
import type { TestObject } from './storage-rig';

export interface WebArchive extends AsyncDisposable {
  readonly url: string;
}

/** A DICOMweb service on loopback with one series of one study: QIDO-RS at the levels of series and images, WADO-RS of all or of one object. */
export async function startWebArchive(SeriesInstanceUID: string, objects: readonly TestObject[]): Promise<WebArchive> {
  const server = createServer((request, response) => answer(request, response, SeriesInstanceUID, objects));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, series: string, objects: readonly TestObject[]): void {
  const url = new URL(request.url ?? '/', 'http://archive');
  if (request.headers.accept === 'application/dicom+json') {
    const rows = url.pathname.endsWith('/series') ? [{ '0020000E': uid(series) }] : objects.map(rowOf);
    response.writeHead(200, { 'Content-Type': 'application/dicom+json' });
    response.end(JSON.stringify(url.searchParams.get('offset') === '0' ? rows : []));
    return;
  }
  const named = /instances\/([\d.]+)$/.exec(url.pathname)?.[1];
  response.writeHead(200, { 'Content-Type': 'multipart/related; type="application/dicom"; boundary=b' });
  for (const object of objects) {
    if (named !== undefined && named !== object.SOPInstanceUID) continue;
    response.write(Buffer.concat([Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n'), encodePart10(object, object.bytes), Buffer.from('\r\n')]));
  }
  response.end('--b--\r\n');
}

const uid = (value: string): object => ({ vr: 'UI', Value: [value] });
const rowOf = ({ SOPClassUID, SOPInstanceUID }: TestObject): object => ({ '00080016': uid(SOPClassUID), '00080018': uid(SOPInstanceUID) });
