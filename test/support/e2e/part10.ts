/** Part 10 file (PS3.10 7.1) round a data set: preamble, File Meta Information, the bytes as they are. */
export function part10(object: { SOPClassUID: string; SOPInstanceUID: string; TransferSyntaxUID: string; dataSet: Uint8Array }): Uint8Array {
  const version = Buffer.from([0x02, 0x00, 0x01, 0x00, 0x4f, 0x42, 0, 0, 2, 0, 0, 0, 0, 1]);
  const uids = [
    [0x0002, object.SOPClassUID],
    [0x0003, object.SOPInstanceUID],
    [0x0010, object.TransferSyntaxUID],
    [0x0012, '2.25.1'],
  ] as const;
  const meta = Buffer.concat([
    version,
    ...uids.map(([element, uid]) => shortElement(element, 'UI', Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`, 'latin1'))),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), shortElement(0x0000, 'UL', length), meta, object.dataSet]);
}

function shortElement(element: number, vr: string, value: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0x0002, 0);
  head.writeUInt16LE(element, 2);
  head.write(vr, 4, 'latin1');
  head.writeUInt16LE(value.length, 6);
  return Buffer.concat([head, value]);
}
