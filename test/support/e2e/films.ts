import { el, type Element, encapsulated, encodeDataSet, encodePart10 } from '../dicom';

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

/** MP4 with H.264: 40 frames of 64 x 48, 25 a second, each an even grey, 5 levels brighter than the one before. Made for this test by x264. */
const GREYS = bytes(
  'AAAAIGZ0eXBpc29tAAACAGlzb21pc28yYXZjMW1wNDEAAAOxbW9vdgAAAGxtdmhkAAAAAAAAAAAAAAAAAAAD6AAABkAAAQAAAQAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAA' +
    'AAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgAAAwB0cmFrAAAAXHRraGQAAAADAAAAAAAAAAAAAAABAAAAAAAABkAAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAABAAAA' +
    'AAAAAAAAAAAAAABAAAAAAEAAAAAwAAAAAAAkZWR0cwAAABxlbHN0AAAAAAAAAAEAAAZAAAAAAAABAAAAAAJ4bWRpYQAAACBtZGhkAAAAAAAAAAAAAAAAAAAyAAAAUABVxAAAAAAALWhkbHIAAAAAAA' +
    'AAAHZpZGUAAAAAAAAAAAAAAABWaWRlb0hhbmRsZXIAAAACI21pbmYAAAAUdm1oZAAAAAEAAAAAAAAAAAAAACRkaW5mAAAAHGRyZWYAAAAAAAAAAQAAAAx1cmwgAAAAAQAAAeNzdGJsAAAAv3N0c2QA' +
    'AAAAAAAAAQAAAK9hdmMxAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAEAAMABIAAAASAAAAAAAAAABDExhdmMgbGlieDI2NAAAAAAAAAAAAAAAAAAAAAAAAAAAGP//AAAANWF2Y0MBZAAK/+EAGGdkAA' +
    'qsTCIj2AiAAAADAIAAABkHiRMIwAEABmjoQw8si/34+AAAAAAQcGFzcAAAAAEAAAABAAAAFGJ0cnQAAAAAAAAfBAAAAAAAAAAYc3R0cwAAAAAAAAABAAAAKAAAAgAAAAAgc3RzcwAAAAAAAAAEAAAA' +
    'AQAAAAsAAAAVAAAAHwAAABxzdHNjAAAAAAAAAAEAAAABAAAAKAAAAAEAAAC0c3RzegAAAAAAAAAAAAAAKAAAAocAAAAPAAAAFwAAABcAAAAYAAAAGAAAABkAAAAaAAAAGgAAABsAAAAgAAAADwAAAB' +
    'cAAAAXAAAAGAAAABkAAAAaAAAAGgAAABsAAAAbAAAAHwAAAA8AAAAWAAAAFwAAABcAAAAYAAAAGAAAABkAAAAZAAAAGgAAACAAAAAPAAAAFgAAABcAAAAYAAAAGAAAABkAAAAZAAAAGgAAABoAAAAU' +
    'c3RjbwAAAAAAAAABAAAD4QAAAD11ZHRhAAAANW1ldGEAAAAAAAAAIWhkbHIAAAAAAAAAAG1kaXJhcHBsAAAAAAAAAAAAAAAACGlsc3QAAAAIZnJlZQAABjxtZGF0AAACYwYF//9f3EXpvebZSLeWLN' +
    'gg2SPu73gyNjQgLSBjb3JlIDE2NSAtIEguMjY0L01QRUctNCBBVkMgY29kZWMgLSBDb3B5bGVmdCAyMDAzLTIwMjUgLSBodHRwOi8vd3d3LnZpZGVvbGFuLm9yZy94MjY0Lmh0bWwgLSBvcHRpb25z' +
    'OiBjYWJhYz0xIHJlZj0xNiBkZWJsb2NrPTE6MDowIGFuYWx5c2U9MHgzOjB4MTMzIG1lPXVtaCBzdWJtZT0xMCBwc3k9MSBwc3lfcmQ9MS4wMDowLjAwIG1peGVkX3JlZj0xIG1lX3JhbmdlPTI0IG' +
    'Nocm9tYV9tZT0xIHRyZWxsaXM9MiA4eDhkY3Q9MSBjcW09MCBkZWFkem9uZT0yMSwxMSBmYXN0X3Bza2lwPTEgY2hyb21hX3FwX29mZnNldD0tMiB0aHJlYWRzPTEgbG9va2FoZWFkX3RocmVhZHM9' +
    'MSBzbGljZWRfdGhyZWFkcz0wIG5yPTAgZGVjaW1hdGU9MSBpbnRlcmxhY2VkPTAgYmx1cmF5X2NvbXBhdD0wIGNvbnN0cmFpbmVkX2ludHJhPTAgYmZyYW1lcz0wIHdlaWdodHA9MiBrZXlpbnQ9MT' +
    'Aga2V5aW50X21pbj0xIHNjZW5lY3V0PTQwIGludHJhX3JlZnJlc2g9MCByY19sb29rYWhlYWQ9MTAgcmM9Y3JmIG1idHJlZT0xIGNyZj0yMy4wIHFjb21wPTAuNjAgcXBtaW49MCBxcG1heD02OSBx' +
    'cHN0ZXA9NCBpcF9yYXRpbz0xLjQwIGFxPTE6MS4wMACAAAAAHGWIggX//vau/MsrdH6VLh1Ze0sbl7h3rSg+GMEAAAALQZocbB8KIX/+jcMAAAATQZopPBBBBkNg+GIPhQEL//6NwwAAABNBmjl8EE' +
    'EHkNg+GIPhQBC//o3DAAAAFEGaSbwQQQfkNg+GIPhQAQv//o3DAAAAFEGaWfwQQQf5DYPhiD4UABC//o3DAAAAFUGaaI8EEEH/kNg+GIPhQABC//6NwwAAABZBmnifBBBB/+Q2D4Yg+FAABC///o3D' +
    'AAAAFkGaiK8EEEH/+Q2D4cg+GAAAQv/+jcMAAAAXQZqYvwQQQf/+Q2D4cg+GAAAEL//+jcMAAAAcZYiBAd/+906/Apq/sqoDklcK6oO6CtinTypt3QAAAAtBmhxsHw4hf/6NwwAAABNBmik8EEEGQ2' +
    'D4cg+GAQv//o3DAAAAE0GaOXwQQQeQ2D4cg+GAEL/+jcMAAAAUQZpJvBBBB+Q+B+GIH4UAEL/+jcMAAAAVQZpZ/BBBB/kPgfhiB+FAAQv//o3DAAAAFkGaaI8EEEH/kPgfhiB+FAAEL//+jcMAAAAW' +
    'QZp4nwQQQf/kPgfhiB+FAABC//6NwwAAABdBmoivBBBB//kPgfhyB+GAAAQv//6NwwAAABdBmpi/BBBB//5D4H4cgfhgAABC//6NwwAAABtliIIHf/73Tr8ClEDKgOSVwrqg7oK2KdPKm3cAAAALQZ' +
    'ocbAhIhf/+jcMAAAASQZopPBBBBkNgQkgQoEL//o3DAAAAE0GaOXwQQQeQ2BCSBCgEL//+jcMAAAATQZpJvBBBB+Q2BCSBCgBC//6NwwAAABRBmln8EEEH+Q2BCSBCgAQv//6NwwAAABRBmmiPBBBB' +
    '/5DYEJIEKAAQv/6NwwAAABVBmnifBBBB/+Q2BCoEJgABC//+jcMAAAAVQZqIrwQQQf/5DYEKgQmAABC//o3DAAAAFkGamL8EEEH//kNgQqBCYAABC//+jcMAAAAcZYiBAd/+906/ApnJG6gOSVwrqg' +
    '7oK2KdPKm3cAAAAAtBmhxsCFIX//6NwwAAABJBmik8EEEGQ2BCoEJgQv/+jcMAAAATQZo5fBBBB5DYEJoEIoBC//6NwwAAABRBmkm8EEEH5DYEJoEIoAQv//6NwwAAABRBmln8EEEH+Q2BCaBCKABC' +
    '//6NwwAAABVBmmiPBBBB/5DYEJoEIoABC//+jcMAAAAVQZp4nwQQQf/kNgQmgQigABC//o3DAAAAFkGaiK8EEEH/+Q2BCaBCKAABC//+jcMAAAAWQZqYvwQQQf/+Q2BCaBCKAAAQr/46Uw==',
);

/** MP4 with sound (AAC, silence) and a picture in MPEG-4 Part 2, which Chromium does not decode. */
const SOUND_ONLY = bytes(
  'AAAAHGZ0eXBpc29tAAACAGlzb21pc28ybXA0MQAAAAhmcmVlAAAAYW1kYXQBGCAHAAABswAQBwAAAbYQYFHLb+Ntv38AAMJHLb+Ntv0BGCAHAAABtlDwI78AAMJvAAABtlFgI78AAMJvAAABtlHwI7' +
    '8AAMJvARggBwAAAbZSYCO/AADCbwAABZRtb292AAAAbG12aGQAAAAAAAAAAAAAAAAAAB9AAAAGQAABAAABAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAEAAAAAAAAAA' +
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADAAAConRyYWsAAABcdGtoZAAAAAMAAAAAAAAAAAAAAAEAAAAAAAAGQAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAE' +
    'AAAAAAIAAAACAAAAAAACRlZHRzAAAAHGVsc3QAAAAAAAAAAQAABkAAAAAAAAEAAAAAAhptZGlhAAAAIG1kaGQAAAAAAAAAAAAAAAAAADIAAAAKAFXEAAAAAAAtaGRscgAAAAAAAAAAdmlkZQAAAAAA' +
    'AAAAAAAAAFZpZGVvSGFuZGxlcgAAAAHFbWluZgAAABR2bWhkAAAAAQAAAAAAAAAAAAAAJGRpbmYAAAAcZHJlZgAAAAAAAAABAAAADHVybCAAAAABAAABhXN0YmwAAADZc3RzZAAAAAAAAAABAAAAyW' +
    '1wNHYAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAIAAgAEgAAABIAAAAAAAAAAEKTGF2YyBtcGVnNAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAY//8AAABPZXNkcwAAAAADgICAPgABAASAgIAwIBEAAAAA' +
    'Aw1AAAAMCAWAgIAeAAABsAEAAAG1iRMAAAEAAAABIADEjYgAzQEEBBRDBoCAgAECAAAAEHBhc3AAAAABAAAAAQAAABRidHJ0AAAAAAADDUAAAAwIAAAAGHN0dHMAAAAAAAAAAQAAAAUAAAIAAAAAFH' +
    'N0c3MAAAAAAAAAAQAAAAEAAAA0c3RzYwAAAAAAAAADAAAAAQAAAAEAAAABAAAAAgAAAAMAAAABAAAAAwAAAAEAAAABAAAAKHN0c3oAAAAAAAAAAAAAAAUAAAAdAAAADAAAAAwAAAAMAAAADAAAABxz' +
    'dGNvAAAAAAAAAAMAAAAwAAAAUQAAAHkAAAJBdHJhawAAAFx0a2hkAAAAAwAAAAAAAAAAAAAAAgAAAAAAAAZAAAAAAAAAAAAAAAABAQAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAQA' +
    'AAAAAAAAAAAAAAAAAAJGVkdHMAAAAcZWxzdAAAAAAAAAABAAAGQAAABAAAAQAAAAABuW1kaWEAAAAgbWRoZAAAAAAAAAAAAAAAAAAAH0AAAApAVcQAAAAAAC1oZGxyAAAAAAAAAABzb3VuAAAAAAAA' +
    'AAAAAAAAU291bmRIYW5kbGVyAAAAAWRtaW5mAAAAEHNtaGQAAAAAAAAAAAAAACRkaW5mAAAAHGRyZWYAAAAAAAAAAQAAAAx1cmwgAAAAAQAAAShzdGJsAAAAfnN0c2QAAAAAAAAAAQAAAG5tcDRhAA' +
    'AAAAAAAAEAAAAAAAAAAAABABAAAAAAH0AAAAAAADZlc2RzAAAAAAOAgIAlAAIABICAgBdAFQAAAAAAH0AAAAEkBYCAgAUViFblAAaAgIABAgAAABRidHJ0AAAAAAAAH0AAAAEkAAAAIHN0dHMAAAAA' +
    'AAAAAgAAAAIAAAQAAAAAAQAAAkAAAAAcc3RzYwAAAAAAAAABAAAAAQAAAAEAAAABAAAAFHN0c3oAAAAAAAAABAAAAAMAAAAcc3RjbwAAAAAAAAADAAAALAAAAE0AAAB1AAAAGnNncGQBAAAAcm9sbA' +
    'AAAAIAAAAB//8AAAAcc2JncAAAAAByb2xsAAAAAQAAAAMAAAABAAAAPXVkdGEAAAA1bWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAbWRpcmFwcGwAAAAAAAAAAAAAAAAIaWxzdA==',
);

export const FILM_FRAMES = 40;
const ENDOSCOPY = '1.2.840.10008.5.1.4.1.1.77.1.1.1';
const H264 = '1.2.840.10008.1.2.4.102';

/** Part of a stream: the box of this type (ISO/IEC 14496-12 4.2), the last one where there are several. */
function boxOf(stream: Uint8Array, type: string): Uint8Array {
  const at = new TextDecoder('latin1').decode(stream).lastIndexOf(type) - 4;
  return stream.slice(at, at + new DataView(stream.buffer, stream.byteOffset).getUint32(at));
}

function box(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, 8 + content.reduce((sum, { length }) => sum + length, 0));
  head.set(new TextEncoder().encode(type), 4);
  return Uint8Array.from(Buffer.concat([head, ...content]));
}

/** The same box with other 32-bit numbers at these places of it. */
function patched(whole: Uint8Array, numbers: Readonly<Record<number, number>>): Uint8Array {
  const copy = Uint8Array.from(whole);
  for (const [at, value] of Object.entries(numbers)) new DataView(copy.buffer).setUint32(Number(at), value);
  return copy;
}

/** A box with one box inside of it, at whatever depth, in another form. */
function withInner(outer: Uint8Array, type: string, inner: (found: Uint8Array) => Uint8Array): Uint8Array {
  const at = new TextDecoder('latin1').decode(outer).lastIndexOf(type) - 4;
  const next = inner(boxOf(outer, type));
  if (next.length !== boxOf(outer, type).length) throw new Error('only of the same length');
  const copy = Uint8Array.from(outer);
  copy.set(next, at);
  return copy;
}

/** The film of greys with a sound beside it that goes on after the picture: 1.6 s of 1.75 s. */
export function longFilm(): Uint8Array {
  const before = SOUND_ONLY.slice(0, new TextDecoder('latin1').decode(SOUND_ONLY).indexOf('moov') - 4);
  const picture = boxOf(GREYS, 'mdat');
  const video = withInner(boxOf(GREYS, 'trak'), 'stco', (stco) => patched(stco, { 16: before.length + 8 }));
  const sound = boxOf(SOUND_ONLY, 'trak');
  const media = [
    (whole: Uint8Array) => withInner(whole, 'mdhd', (mdhd) => patched(mdhd, { 24: 14_000 })),
    (whole: Uint8Array) => withInner(whole, 'stts', (stts) => patched(stts, { 28: 14_000 - 2048 })),
  ].reduce((whole, change) => change(whole), boxOf(sound, 'mdia'));
  const header = patched(boxOf(sound, 'tkhd'), { 28: 1750 });
  const movie = box('moov', patched(boxOf(GREYS, 'mvhd'), { 24: 1750 }), video, box('trak', header, media));
  return Uint8Array.from(Buffer.concat([before, picture, movie]));
}

const NUMBERS = { greys: 1, sound: 2, long: 3 } as const;
const STREAMS = { greys: () => GREYS, sound: () => SOUND_ONLY, long: longFilm } as const;
const NAMES = { greys: 'Film', sound: 'Sound', long: 'Long' } as const;

/** A video object of one study: `sound` has a picture that cannot be played, `long` a picture that ends before the film. */
export function filmFile(which: keyof typeof NUMBERS): Uint8Array {
  const number = NUMBERS[which];
  const SOPInstanceUID = `2.25.760${number}`;
  const stream = STREAMS[which]();
  const elements: Element[] = [
    el(0x00080016, 'UI', ENDOSCOPY),
    el(0x00080018, 'UI', SOPInstanceUID),
    el(0x00080020, 'DA', '20260103'),
    el(0x00080060, 'CS', 'ES'),
    el(0x0008103e, 'LO', NAMES[which]),
    el(0x00100010, 'PN', 'Film^Flora'),
    el(0x00100020, 'LO', 'FILM1'),
    el(0x00181063, 'DS', '40'),
    el(0x0020000d, 'UI', '2.25.7600'),
    el(0x0020000e, 'UI', `2.25.761${number}`),
    el(0x00200011, 'IS', number),
    el(0x00200013, 'IS', 1),
    el(0x00280002, 'US', 3),
    el(0x00280004, 'CS', 'YBR_PARTIAL_420'),
    el(0x00280006, 'US', 0),
    el(0x00280008, 'IS', FILM_FRAMES),
    el(0x00280009, 'AT', [0x00181063]),
    el(0x00280010, 'US', 48),
    el(0x00280011, 'US', 64),
    el(0x00280100, 'US', 8),
    el(0x00280101, 'US', 8),
    el(0x00280102, 'US', 7),
    el(0x00280103, 'US', 0),
    encapsulated([stream.length % 2 === 0 ? stream : Uint8Array.of(...stream, 0)]),
  ];
  return encodePart10({ SOPClassUID: ENDOSCOPY, SOPInstanceUID, TransferSyntaxUID: H264 }, encodeDataSet(elements));
}
