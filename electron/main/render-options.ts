import { resolve } from 'node:path';
import type { RenderRequest } from '@shared/contract';
import { printable, UsageError } from './usage-error';

/** `IN.dcm`, `IN.dcm#3` or, for a tile of a mosaic, `IN.dcm#1.7`: frames and tiles are counted from 1. */
export function parseRenderInput(value: string, cwd: string): { readonly input: string; readonly frame: number; readonly tile?: number } {
  const parts = /^(.+)#(\d{1,9})(?:\.(\d{1,5}))?$/.exec(value);
  const frame = parts === null ? 1 : Number(parts[2]);
  const tile = parts?.[3] === undefined ? undefined : Number(parts[3]);
  if (frame < 1) throw new UsageError(`--render: "${printable(value)}": frames are counted from 1`);
  if (tile !== undefined && tile < 1) throw new UsageError(`--render: "${printable(value)}": tiles are counted from 1`);
  return { input: resolve(cwd, parts?.[1] ?? value), frame, ...(tile === undefined ? {} : { tile }) };
}

const FUNCTIONS = ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'] as const;

/** `file`, `C,W` with an optional function behind it, or a function for the file's own window. */
export function parseVoi(value: string): RenderRequest['voi'] {
  if (value === 'file') return { kind: 'file' };
  const named = FUNCTIONS.find((name) => name === value.toUpperCase());
  if (named !== undefined) return { kind: 'function', function: named };
  const [center, width, behind = 'LINEAR', ...rest] = value.split(',').map((part) => part.trim());
  const found = FUNCTIONS.find((name) => name === behind.toUpperCase());
  const [c, w] = [Number(center || NaN), Number(width || NaN)];
  if (!Number.isFinite(c) || !Number.isFinite(w) || w <= 0 || found === undefined || rest.length > 0 || (found === 'LINEAR' && w < 1)) {
    throw new UsageError(`--voi: "${printable(value)}" is neither "file" nor CENTER,WIDTH[,FUNCTION] nor one of ${FUNCTIONS.join(', ')}`);
  }
  return { kind: 'window', center: c, width: w, function: found };
}
