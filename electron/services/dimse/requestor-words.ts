/** Ends of an association as words for the user: what happened, and what to look at. */

const rejectReasons: Readonly<Record<string, string>> = {
  '1-2': 'it does not know the DICOM application context',
  '1-3': 'it does not know our AE title: register it there',
  '1-7': 'its own AE title is another one: check the called AE title',
  '2-2': 'it does not support this protocol version',
  '3-1': 'it is too busy now',
  '3-2': 'it has reached its limit of associations',
};

/** PS3.8 Table 9-21. */
export function rejectWords(calledAeTitle: string, result: number, source: number, reason: number): string {
  const why = rejectReasons[`${String(source)}-${String(reason)}`] ?? 'it gives no reason';
  const again = result === 2 ? ' Try again later.' : '';
  return `${calledAeTitle} refused the association (${String(result)}, ${String(source)}, ${String(reason)}): ${why}.${again}`;
}

const socketErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check the port and that the program runs',
  ENOTFOUND: 'this host name is not known: check the spelling',
  EAI_AGAIN: 'the name server does not answer',
  EHOSTUNREACH: 'this computer cannot be reached: check the address and the network',
  ENETUNREACH: 'this network cannot be reached',
  ETIMEDOUT: 'no answer: check the address and the firewall',
  ECONNRESET: 'the connection was reset by the other side',
  EPIPE: 'the connection was closed by the other side',
};

export function socketWords(host: string, port: number, code: string | undefined, message: string): string {
  return `${host} port ${String(port)}: ${socketErrors[code ?? ''] ?? message}.`;
}
