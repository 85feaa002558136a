/** Boxes of an ISO base media stream are looked for no deeper and no more often than a film needs. */
const MOST_BOXES = 1000;

interface Box {
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Seconds that the picture of an ISO base media stream (MP4) lasts, by the Media Header Box of its video track (ISO/IEC 14496-12 8.4.2): the whole film is as long as the longest of picture and
 * sound. Undefined where the stream does not say it.
 */
export function pictureSeconds(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const inside = (box: Box | undefined, type: string): Box | undefined => (box === undefined ? undefined : boxes(view, box).find((one) => one.type === type));
  const movie = inside({ type: '', from: 0, to: view.byteLength }, 'moov');
  const tracks = movie === undefined ? [] : boxes(view, movie).filter(({ type }) => type === 'trak');
  for (const track of tracks) {
    const media = inside(track, 'mdia');
    const handler = inside(media, 'hdlr');
    if (handler === undefined || handler.to - handler.from < 12 || fourOf(view, handler.from + 8) !== 'vide') continue;
    const header = inside(media, 'mdhd');
    return header === undefined ? undefined : secondsOf(view, header);
  }
  return undefined;
}

/** The boxes within one, as far as they fit into it. */
function boxes(view: DataView, { from, to }: Box): Box[] {
  const found: Box[] = [];
  for (let at = from; at + 8 <= to && found.length < MOST_BOXES;) {
    const short = view.getUint32(at);
    const isLong = short === 1 && at + 16 <= to;
    const size = isLong ? Number(view.getBigUint64(at + 8)) : short === 0 ? to - at : short;
    const head = isLong ? 16 : 8;
    if (size < head || at + size > to) return found;
    found.push({ type: fourOf(view, at + 4), from: at + head, to: at + size });
    at += size;
  }
  return found;
}

function fourOf(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function secondsOf(view: DataView, { from, to }: Box): number | undefined {
  const isLong = to > from && view.getUint8(from) === 1;
  if (to - from < (isLong ? 32 : 20)) return undefined;
  const scale = view.getUint32(from + (isLong ? 20 : 12));
  const duration = isLong ? Number(view.getBigUint64(from + 24)) : view.getUint32(from + 16);
  // All ones: not known. Nought: the film comes in pieces.
  const isKnown = scale > 0 && duration > 0 && duration < (isLong ? Number.MAX_SAFE_INTEGER : 0xffffffff);
  return isKnown ? duration / scale : undefined;
}
