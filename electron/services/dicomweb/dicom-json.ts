import { z } from 'zod';

/** PS3.18 F.2: an attribute by its tag in hexadecimal. What is not understood is left out, never guessed. */
const Attribute = z.object({ vr: z.string().optional(), Value: z.array(z.unknown()).optional() }).loose();
export const DicomJson = z.record(z.string().max(16), z.unknown());
export type DicomJson = z.infer<typeof DicomJson>;

const MOST_VALUES = 50_000;

/** The values of an attribute as DICOM writes them: several joined by backslashes, groups of a name by `=`. */
export function textOf(json: DicomJson, tag: number): string {
  return valuesOf(json, tag)
    .map((value) => (typeof value === 'object' && value !== null ? nameOf(value as Record<string, unknown>) : plain(value)))
    .join('\\');
}

export function numberOf(json: DicomJson, tag: number): number | undefined {
  const [value] = valuesOf(json, tag);
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** Items of a sequence. */
export function itemsOf(json: DicomJson, tag: number): DicomJson[] {
  return valuesOf(json, tag).flatMap((value) => {
    const item = DicomJson.safeParse(value);
    return item.success ? [item.data] : [];
  });
}

function valuesOf(json: DicomJson, tag: number): unknown[] {
  const attribute = Attribute.safeParse(json[tag.toString(16).toUpperCase().padStart(8, '0')]);
  return attribute.data?.Value?.slice(0, MOST_VALUES) ?? [];
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function nameOf(groups: Record<string, unknown>): string {
  return [groups['Alphabetic'], groups['Ideographic'], groups['Phonetic']].map(plain).join('=').replace(/=+$/, '');
}
