/** What is wrong with what was typed, in words; undefined = nothing. */
export type FieldProblem = string | undefined;

/** PS3.5 6.2, VR AE: 1 to 16 characters of the default repertoire, no backslash, no control character; spaces at the ends do not count. `*` = any. */
export function aeTitleProblem(typed: string): FieldProblem {
  const title = typed.trim();
  if (title === '') return 'An AE title is needed: the name that the sender calls itself by.';
  if (title.length > 16) return `An AE title has at most 16 characters; this one has ${title.length}.`;
  if (title.includes('\\')) return 'An AE title has no backslash.';
  if (!/^[\x20-\x7e]+$/.test(title)) return 'An AE title has only letters, digits and signs of ASCII.';
  if (title.includes('*') && title !== '*') return 'A star stands for any title; it cannot be a part of one.';
  return undefined;
}

/** An IP address or a host name (RFC 1123); `*` = any. A number with a colon is taken for an address with a port, which is not asked for here. */
export function addressProblem(typed: string): FieldProblem {
  const address = typed.trim();
  if (address === '') return 'An address is needed: the IP address or host name that the sender connects from.';
  if (address === '*') return undefined;
  if (/^[\d.]+$/.test(address)) return isIpv4(address) ? undefined : 'An IPv4 address has four numbers from 0 to 255.';
  if (address.includes(':')) return isIpv6(address) ? undefined : 'No port here: senders are known by their address alone.';
  const labels = address.split('.');
  const valid = address.length <= 253 && labels.every((label) => /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(label));
  return valid ? undefined : 'A host name has letters, digits, dots and hyphens.';
}

/** The port of a peer that listens, 1 to 65535. */
export function portProblem(typed: string): FieldProblem {
  const port = portOf(typed);
  return port === undefined ? 'A port is a number from 1 to 65535, often 104 or 11112.' : undefined;
}

export function portOf(typed: string): number | undefined {
  const text = typed.trim();
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  return port >= 1 && port <= 65535 ? port : undefined;
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  try {
    return new URL(`http://[${text}]/`).hostname !== '';
  } catch {
    return false;
  }
}
