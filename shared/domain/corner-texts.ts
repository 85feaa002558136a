import { z } from 'zod';

/** What a corner of a viewport can say. Patient's name and id, the mark of a prior and the lossy mark are no items: they cannot be switched off. */
export const TextItem = z.enum([
  'birth',
  'institution',
  'station',
  'studyDescription',
  'studyDate',
  'accession',
  'referrer',
  'series',
  'acquisitionTime',
  'protocol',
  'bodyPart',
  'view',
  'patientPosition',
  'imageNumber',
  'instanceNumber',
  'position',
  'thickness',
  'window',
  'zoom',
  'matrix',
  'display',
  'spacing',
  'tube',
  'exposure',
  'kernel',
  'tilt',
  'echo',
  'flipAngle',
  'field',
  'sequence',
  'bValue',
  'contrast',
  'angles',
  'compression',
  'units',
  'correction',
  'frameRate',
]);
export type TextItem = z.infer<typeof TextItem>;

/** The least level at which a line stands there: `minimal` lines stand there always. */
export const TextLevel = z.enum(['minimal', 'reading', 'full']);
export type TextLevel = z.infer<typeof TextLevel>;

/** One text; `joined`: on the line of the one before it. */
export const CornerText = z.object({ item: TextItem, level: TextLevel, joined: z.boolean().optional() });
export type CornerText = z.infer<typeof CornerText>;

export const CORNERS = ['topLeft', 'topRight', 'bottomLeft', 'bottomRight'] as const;
export type Corner = (typeof CORNERS)[number];

const MOST_TEXTS = 16;
const texts = z.array(CornerText).max(MOST_TEXTS);

/** The texts of one modality, from above to below in each corner. */
export const CornerTable = z.object({ topLeft: texts, topRight: texts, bottomLeft: texts, bottomRight: texts });
export type CornerTable = z.infer<typeof CornerTable>;

/** Modalities with a table of their own; `other` is for all the rest. */
export const CORNER_MODALITIES = ['CT', 'MR', 'CR', 'DX', 'MG', 'US', 'XA', 'NM', 'PT', 'other'] as const;
export const CornerModality = z.enum(CORNER_MODALITIES);
export type CornerModality = z.infer<typeof CornerModality>;

const reading = (...items: TextItem[]): CornerText[] => items.map((item, at) => ({ item, level: 'reading', ...(at === 0 ? {} : { joined: true }) }));
const full = (...items: TextItem[]): CornerText[] => items.map((item, at) => ({ item, level: 'full', ...(at === 0 ? {} : { joined: true }) }));
const always = (item: TextItem): CornerText => ({ item, level: 'minimal' });

const topLeft = reading('birth');
const topRight = [...full('institution'), ...reading('studyDescription'), ...reading('studyDate'), ...full('accession')];
const glass = [...reading('window'), ...reading('zoom')];
const basis = [...full('display'), ...full('spacing')];

/** A table from the acquisition's own texts (bottom left, above the series) and what stands below the series. */
function table(acquisition: readonly CornerText[], place: readonly CornerText[]): CornerTable {
  return {
    topLeft,
    topRight,
    bottomLeft: [...acquisition, always('series'), always('imageNumber'), ...place],
    bottomRight: [...glass, ...basis],
  };
}

const slice = reading('position', 'thickness');
const projection = table([...full('tube', 'exposure'), ...reading('bodyPart', 'view')], []);

/** First tables: what is read from the image at each modality. */
export const DEFAULT_CORNER_TABLES: Readonly<Record<CornerModality, CornerTable>> = {
  CT: table([...full('tube', 'exposure'), ...full('kernel', 'tilt'), ...full('contrast')], slice),
  MR: table([...full('echo'), ...full('flipAngle', 'field'), ...full('sequence', 'bValue'), ...full('contrast')], slice),
  CR: projection,
  DX: projection,
  MG: table([...full('tube', 'exposure'), ...full('compression'), ...reading('view', 'angles')], []),
  US: table([], reading('frameRate')),
  XA: table([...full('tube'), ...reading('angles')], reading('frameRate')),
  NM: table([...reading('view')], [...reading('frameRate'), ...slice]),
  PT: table([...full('correction'), ...full('units')], slice),
  other: table([], slice),
};

/** Tables that the user changed; the others are as at first. */
export const CornerTables = z.partialRecord(CornerModality, CornerTable);
export type CornerTables = z.infer<typeof CornerTables>;

/** The table of a modality (PS3.3 C.7.3.1.1.1); unknown ones share one. */
export function cornerTableOf(modality: string, own: CornerTables): CornerTable {
  const known = CornerModality.safeParse(modality);
  const name = known.success ? known.data : 'other';
  return own[name] ?? DEFAULT_CORNER_TABLES[name];
}

const RANK: Readonly<Record<TextLevel, number>> = { minimal: 0, reading: 1, full: 2 };

/** The items of a corner at a level, line by line. A joined text whose line is not shown opens a line of its own. */
export function linesAtLevel(corner: readonly CornerText[], level: TextLevel): TextItem[][] {
  const lines: TextItem[][] = [];
  let lineShown = false;
  for (const text of corner) {
    const shown = RANK[text.level] <= RANK[level];
    if (text.joined !== true) lineShown = false;
    if (!shown) continue;
    if (lineShown) lines.at(-1)?.push(text.item);
    else lines.push([text.item]);
    lineShown = true;
  }
  return lines;
}
