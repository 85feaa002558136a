import { CallError } from '@shared/contract';
import { isVideo } from '@shared/dicom';
import type { EncapsulatedPart } from '@shared/domain';
import { Content } from './content';
import type { ElementTable } from './element-table';

/** Where the bytes of a document or a film lie in an object, piece by piece. */
export interface FoundPart extends EncapsulatedPart {
  readonly pieces: readonly { readonly row: number; readonly length: number }[];
}

/** What is too large to be handed to a page. */
const MAX_PART_BYTES = 2 ** 29;
const ENCAPSULATED_DOCUMENT = 0x00420011;
const PIXEL_DATA = 0x7fe00010;

/** The document of an encapsulated object (PS3.3 C.24.2), or the stream of a video (its fragments in order, PS3.5 A.4.5). Throws a CallError when there is none. */
export function findPart(table: ElementTable, TransferSyntaxUID: string): FoundPart {
  const part = isVideo(TransferSyntaxUID) ? findVideo(table) : findDocument(table);
  if (part.sizeBytes > MAX_PART_BYTES) throw new CallError('cannotDecode', `it has ${Math.round(part.sizeBytes / 1e6)} MB, too many to be shown here`);
  return part;
}

function findDocument(table: ElementTable): FoundPart {
  const root = new Content(table, -1);
  const row = root.rowOf(ENCAPSULATED_DOCUMENT);
  const stated = table.rows[row]?.length ?? 0;
  if (row < 0 || stated <= 0) throw new CallError('notFound', 'the object holds no document');
  // (0042,0015) is the length without padding; without it a reader of the format finds its end.
  const exact = root.number(0x00420015);
  const length = exact !== undefined && exact > 0 && exact <= stated ? exact : stated;
  return { title: root.text(0x00420010), mimeType: root.text(0x00420012), sizeBytes: length, pieces: [{ row, length }] };
}

function findVideo(table: ElementTable): FoundPart {
  const row = new Content(table, -1).rowOf(PIXEL_DATA);
  const fragments = row < 0 ? [] : [...table.children(row)].slice(1);
  const pieces = fragments.map((fragment) => ({ row: fragment, length: table.rows[fragment]?.length ?? 0 }));
  if (pieces.length === 0) throw new CallError('notFound', 'the object holds no stream');
  return { title: '', mimeType: 'video', sizeBytes: pieces.reduce((sum, { length }) => sum + length, 0), pieces };
}

/** Bytes [offset, offset + length) of a part; fewer at its end only. */
export async function readPart(table: ElementTable, { pieces, sizeBytes }: FoundPart, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(Math.max(0, Math.min(length, sizeBytes - offset)));
  let at = 0;
  let start = 0;
  for (const piece of pieces) {
    const from = Math.max(offset + at, start);
    const count = Math.min(start + piece.length - from, out.length - at);
    if (from >= start && count > 0) {
      out.set(await table.range(piece.row, from - start, count), at);
      at += count;
    }
    if (at === out.length) break;
    start += piece.length;
  }
  return out;
}
