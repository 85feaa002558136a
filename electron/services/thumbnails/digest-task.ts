import { createHash } from 'node:crypto';
import type { PixelFormat } from '@shared/domain';
import { type Codecs, decodeFrame } from '@shared/pixel';

export interface DigestTask {
  readonly TransferSyntaxUID: string;
  readonly format: PixelFormat;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type DigestOutcome = { readonly ok: true; readonly digest: string } | { readonly ok: false; readonly reason: string };

/** SHA-256 of the decoded values of a frame, and of what they are. Never throws on bytes. */
export function runDigestTask({ bytes, format, TransferSyntaxUID }: DigestTask, codecs: Codecs | undefined): DigestOutcome {
  const decoded = decodeFrame(bytes, format, TransferSyntaxUID, undefined, codecs);
  if (!decoded.ok) return { ok: false, reason: decoded.reason };
  const { values, format: is } = decoded;
  const hash = createHash('sha256').update(`${String(is.Rows)} ${String(is.Columns)} ${String(is.SamplesPerPixel)} ${values.constructor.name}|`);
  return { ok: true, digest: hash.update(Buffer.from(values.buffer, values.byteOffset, values.byteLength)).digest('hex') };
}
