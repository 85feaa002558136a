/** An archive given on the command line by its DICOMweb root: `NAME=https://…`. */
export interface WebArchive {
  readonly name: string;
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  readonly role: 'archive';
  readonly url: string;
}

/** Undefined: the value names no URL. A text: what is wrong with it. */
export function parseWebArchive(value: string): WebArchive | string | undefined {
  const parts = /^([^=]*)=(https?:\/\/.*)$/i.exec(value);
  if (parts === null) return undefined;
  const name = (parts[1] ?? '').trim();
  if (name === '' || name.length > 64) return 'is no name: 1 to 64 characters are expected';
  let url: URL;
  try {
    url = new URL(parts[2] ?? '');
  } catch {
    return 'is not NAME=https://HOST/PATH';
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return 'holds a user, a query or a fragment: the root of the DICOMweb services alone is expected';
  if (url.protocol === 'http:' && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)) return 'goes over http to another computer: images need https';
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { name, aeTitle: 'DICOMWEB', host, port, role: 'archive', url: `${url.origin}${url.pathname}`.replace(/\/+$/, '') };
}
