import type { StudySortKey } from '@shared/domain';
import { z } from 'zod';

export const ColumnId = z.enum(['urgent', 'patient', 'id', 'born', 'date', 'accession', 'modality', 'description', 'images', 'state', 'where']);
export type ColumnId = z.infer<typeof ColumnId>;

export interface ColumnRule {
  readonly id: ColumnId;
  readonly title: string;
  /** What the header's tooltip says. */
  readonly explained: string;
  readonly widthPx: number;
  readonly minPx: number;
  readonly sort?: StudySortKey;
  /** Takes what is left over of the width. */
  readonly grows?: boolean;
  readonly right?: boolean;
  /** Left out first (1), then 2 …, where the list is too narrow for all; the details pane has it too. */
  readonly yields?: number;
  readonly fixed?: boolean;
}

/** Columns of the worklist in their first order (picture `worklist`). */
export const COLUMN_RULES: readonly ColumnRule[] = [
  { id: 'urgent', title: 'P', explained: 'Priority', widthPx: 32, minPx: 32, fixed: true },
  { id: 'patient', title: 'Patient', explained: 'Patient Name', widthPx: 224, minPx: 136, sort: 'PatientName' },
  { id: 'id', title: 'ID', explained: 'Patient ID', widthPx: 96, minPx: 84, sort: 'PatientID' },
  { id: 'born', title: 'Born', explained: "Year of Patient's Birth Date", widthPx: 56, minPx: 52, sort: 'PatientBirthDate', yields: 2 },
  { id: 'date', title: 'Study date', explained: 'Study Date and Time', widthPx: 120, minPx: 104, sort: 'StudyDate' },
  { id: 'accession', title: 'Accession', explained: 'Accession Number', widthPx: 96, minPx: 84, sort: 'AccessionNumber', yields: 1 },
  { id: 'modality', title: 'Mod', explained: 'Modalities in Study', widthPx: 56, minPx: 48, sort: 'Modality' },
  { id: 'description', title: 'Description', explained: 'Study Description', widthPx: 200, minPx: 104, sort: 'StudyDescription', grows: true },
  { id: 'images', title: 'Images', explained: 'Objects of the study that are here', widthPx: 68, minPx: 60, sort: 'instanceCount', right: true },
  { id: 'state', title: 'State', explained: 'What a person has to do', widthPx: 132, minPx: 92, sort: 'state' },
  { id: 'where', title: 'Where', explained: 'Where the bytes are', widthPx: 208, minPx: 128, sort: 'lastArrivalAt' },
];

export interface Column extends ColumnRule {
  readonly hidden: boolean;
}

const Stored = z.object({
  version: z.literal(1),
  columns: z.array(z.object({ id: ColumnId, widthPx: z.number().min(16).max(2000), hidden: z.boolean() })).max(40),
});

/** Columns as the user left them; unknown ones are dropped, new ones come at their own place. */
export function columnsFrom(stored: unknown): Column[] {
  const parsed = Stored.safeParse(stored);
  const columns: Column[] = [];
  for (const entry of parsed.success ? parsed.data.columns : []) {
    const rule = COLUMN_RULES.find((candidate) => candidate.id === entry.id);
    if (rule === undefined || columns.some((column) => column.id === rule.id)) continue;
    const widthPx = rule.fixed === true ? rule.widthPx : Math.max(rule.minPx, Math.round(entry.widthPx));
    columns.push({ ...rule, widthPx, hidden: entry.hidden && rule.id !== 'patient' });
  }
  for (const [at, rule] of COLUMN_RULES.entries()) {
    if (!columns.some((column) => column.id === rule.id)) columns.splice(at, 0, { ...rule, hidden: false });
  }
  return columns;
}

/** The same columns with `moved` put before `target`. The patient's priority stays first. */
export function moveColumn(columns: readonly Column[], moved: ColumnId, target: ColumnId): Column[] {
  const one = columns.find((column) => column.id === moved);
  if (one === undefined || moved === target || one.fixed === true) return [...columns];
  const from = columns.indexOf(one);
  const to = columns.findIndex((column) => column.id === target);
  const rest = columns.filter((column) => column !== one);
  const at = rest.findIndex((column) => column.id === target) + (from < to ? 1 : 0);
  rest.splice(Math.max(at, rest[0]?.fixed === true ? 1 : 0), 0, one);
  return rest;
}

export function storedColumns(columns: readonly Column[]): z.infer<typeof Stored> {
  return { version: 1, columns: columns.map(({ id, widthPx, hidden }) => ({ id, widthPx, hidden })) };
}
