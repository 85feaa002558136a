import type { StudySortKey } from '@shared/domain';
import { z } from 'zod';

export const ColumnId = z.enum(['urgent', 'patient', 'id', 'born', 'date', 'accession', 'modality', 'description', 'images', 'state', 'where']);
export type ColumnId = z.infer<typeof ColumnId>;

export interface ColumnRule {
  readonly id: ColumnId;
  readonly title: string;
  /** What the header's tooltip says. */
  readonly explained: string;
  /** The least width: its title and filter are readable. */
  readonly minPx: number;
  /** Width where there is room enough (picture `worklist`). */
  readonly idealPx: number;
  /** The most that measured content may ask for; without it the ideal width. */
  readonly mostPx?: number;
  readonly sort?: StudySortKey;
  /** Its text may be cut to this width where the list is narrow; the others (identifiers, dates, counts) are shown in full as long as they can be. */
  readonly cutsToPx?: number;
  /** Its few words are never cut further, also where identifiers are. */
  readonly whole?: boolean;
  /** Share of the width that is left over. */
  readonly flex?: number;
  readonly right?: boolean;
  /** Left out first (1), then 2, where the list is too narrow for all, and 3 only where nothing else helps; the details pane has it too. */
  readonly yields?: number;
  readonly fixed?: boolean;
}

/** Columns of the worklist in their first order (picture `worklist`). */
export const COLUMN_RULES: readonly ColumnRule[] = [
  { id: 'urgent', title: 'P', explained: 'Priority', minPx: 32, idealPx: 32, fixed: true },
  { id: 'patient', title: 'Patient', explained: 'Patient Name', minPx: 104, idealPx: 224, mostPx: 272, sort: 'PatientName', cutsToPx: 144, flex: 3 },
  { id: 'id', title: 'ID', explained: 'Patient ID', minPx: 64, idealPx: 96, mostPx: 168, sort: 'PatientID', flex: 1 },
  { id: 'born', title: 'Born', explained: "Year of Patient's Birth Date", minPx: 56, idealPx: 60, sort: 'PatientBirthDate', yields: 2, whole: true },
  { id: 'date', title: 'Study date', explained: 'Study Date and Time', minPx: 96, idealPx: 120, mostPx: 136, sort: 'StudyDate', whole: true },
  { id: 'accession', title: 'Accession', explained: 'Accession Number', minPx: 84, idealPx: 112, mostPx: 176, sort: 'AccessionNumber', yields: 1, flex: 1 },
  { id: 'modality', title: 'Mod', explained: 'Modalities in Study', minPx: 56, idealPx: 60, mostPx: 96, sort: 'Modality', whole: true },
  {
    id: 'description',
    title: 'Description',
    explained: 'Study Description',
    minPx: 112,
    idealPx: 216,
    mostPx: 360,
    sort: 'StudyDescription',
    cutsToPx: 120,
    flex: 5,
  },
  {
    id: 'images',
    title: 'Images',
    explained: 'Objects of the study that are here',
    minPx: 64,
    idealPx: 68,
    mostPx: 80,
    sort: 'instanceCount',
    right: true,
    yields: 3,
    whole: true,
  },
  { id: 'state', title: 'State', explained: 'What a person has to do', minPx: 84, idealPx: 140, mostPx: 160, sort: 'state', cutsToPx: 92, whole: true },
  { id: 'where', title: 'Where', explained: 'Where the bytes are', minPx: 104, idealPx: 184, mostPx: 260, sort: 'lastArrivalAt', cutsToPx: 112, flex: 1 },
];

export interface Column extends ColumnRule {
  readonly hidden: boolean;
  /** The width that the user gave it, which is kept; undefined = as wide as its content asks for. */
  readonly sizedPx?: number;
}

/** The widths that every column was stored with before only those were that the user had set. */
const FORMER_WIDTHS: Partial<Readonly<Record<ColumnId, number>>> = {
  patient: 224,
  id: 96,
  born: 56,
  date: 120,
  accession: 96,
  modality: 56,
  description: 200,
  images: 68,
  state: 132,
  where: 208,
};

export const StoredColumns = z.object({
  version: z.literal(1),
  columns: z.array(z.object({ id: ColumnId, widthPx: z.number().min(16).max(2000).optional(), hidden: z.boolean() })).max(40),
});

/** Columns as the user left them; unknown ones are dropped, new ones come at their own place. */
export function columnsFrom(stored: unknown): Column[] {
  const parsed = StoredColumns.safeParse(stored);
  const columns: Column[] = [];
  for (const entry of parsed.success ? parsed.data.columns : []) {
    const rule = COLUMN_RULES.find((candidate) => candidate.id === entry.id);
    if (rule === undefined || columns.some((column) => column.id === rule.id)) continue;
    const own = rule.fixed === true || entry.widthPx === FORMER_WIDTHS[rule.id] ? undefined : entry.widthPx;
    const sized = own === undefined ? {} : { sizedPx: Math.max(rule.minPx, Math.round(own)) };
    columns.push({ ...rule, ...sized, hidden: entry.hidden && rule.id !== 'patient' });
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

export function storedColumns(columns: readonly Column[]): z.infer<typeof StoredColumns> {
  return { version: 1, columns: columns.map(({ id, sizedPx, hidden }) => ({ id, hidden, ...(sizedPx === undefined ? {} : { widthPx: sizedPx }) })) };
}
