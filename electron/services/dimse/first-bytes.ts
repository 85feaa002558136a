/** What speaks on a DICOM port without being DICOM (A9); undefined: it may be DICOM. `first` are the first six bytes. */
export function guessProtocol(first: Uint8Array): 'TLS' | 'HTTP' | 'SSH' | undefined {
  // TLS record: handshake (22), version 3.x.
  if (first[0] === 0x16 && first[1] === 3) return 'TLS';
  const text = String.fromCharCode(...first.subarray(0, 4));
  if (text === 'SSH-') return 'SSH';
  return /^(GET |POST|PUT |HEAD|OPTI|DELE|CONN|TRAC|PATC|PRI )/.test(text) ? 'HTTP' : undefined;
}
