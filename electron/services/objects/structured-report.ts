import { sopClassLabel } from '@shared/dicom';
import type { ObjectReference, Report, ReportItem } from '@shared/domain';
import type { TableLimits } from './build-table';
import { codeOf, Content } from './content';
import type { ElementTable } from './element-table';

/** A report's texts are kept whole up to this. */
export const REPORT_LIMITS: Partial<TableLimits> = { keptBytes: 65_536, keptTotal: 2 ** 25, rows: 200_000 };

const MAX_ITEMS = 5000;
const MAX_REFERENCES = 500;

const CONTENT_SEQUENCE = 0x0040a730;
const CONCEPT_NAME = 0x0040a043;

/** Relationship Types of PS3.3 C.17.3.2.4 in words; "contains" is what indentation says. */
const RELATIONSHIPS: Readonly<Record<string, string>> = {
  CONTAINS: '',
  'HAS OBS CONTEXT': 'context',
  'HAS ACQ CONTEXT': 'acquisition',
  'HAS CONCEPT MOD': 'modifier',
  'HAS PROPERTIES': 'property',
  'INFERRED FROM': 'inferred from',
  'SELECTED FROM': 'selected from',
};

export type FindObject = (SOPInstanceUID: string) => ObjectReference['here'];

/**
 * A structured report (PS3.3 A.35, C.17) or key object selection as the list of its content items, in document order, with codes, units and references.
 * Nothing is interpreted: an item that is not known by its value type is named with that type. No recursion; bounded.
 */
export function readReport(table: ElementTable, find: FindObject): Report {
  const root = new Content(table, -1);
  const items: ReportItem[] = [];
  let more = 0;
  const stack: { content: Content; depth: number }[] = root
    .items(CONTENT_SEQUENCE)
    .map((content) => ({ content, depth: 0 }))
    .reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { content, depth } = next;
    if (items.length >= MAX_ITEMS) more++;
    else items.push(itemOf(content, depth, find));
    for (const child of content.items(CONTENT_SEQUENCE).reverse()) stack.push({ content: child, depth: depth + 1 });
  }
  return {
    title: codeOf(root, CONCEPT_NAME)?.meaning ?? '',
    facts: factsOf(root),
    items,
    more,
    ...(table.problem !== undefined && { problem: `The report is damaged behind what stands here: ${table.problem.text}.` }),
  };
}

function factsOf(root: Content): string[] {
  const facts: string[] = [];
  const completion = root.text(0x0040a491);
  const verification = root.text(0x0040a493);
  const why = root.text(0x0040a492);
  if (completion !== '') facts.push(`${completion === 'COMPLETE' ? 'complete' : completion.toLowerCase()}${why === '' ? '' : `: ${why}`}`);
  if (verification !== '') facts.push(verification === 'VERIFIED' ? 'verified' : 'not verified');
  for (const observer of root.items(0x0040a073)) {
    const by = [observer.text(0x0040a075), observer.text(0x0040a027)].filter((part) => part !== '').join(', ');
    facts.push(`by ${by === '' ? 'somebody not named' : by}${observer.text(0x0040a030) === '' ? '' : ` at ${observer.text(0x0040a030)}`}`);
  }
  return facts;
}

function itemOf(content: Content, depth: number, find: FindObject): ReportItem {
  const valueType = content.text(0x0040a040);
  const name = codeOf(content, CONCEPT_NAME);
  const relationship = content.text(0x0040a010);
  return {
    depth,
    relationship: RELATIONSHIPS[relationship] ?? relationship.toLowerCase(),
    valueType,
    name: name?.meaning ?? '',
    nameCode: name?.code ?? '',
    valueCode: '',
    unit: '',
    references: [],
    ...valueOf(content, valueType, find),
  };
}

type Value = Pick<ReportItem, 'value'> & Partial<Pick<ReportItem, 'valueCode' | 'unit' | 'references'>>;

function valueOf(content: Content, valueType: string, find: FindObject): Value {
  switch (valueType) {
    case 'CONTAINER':
      return { value: '' };
    case 'TEXT':
      return { value: content.text(0x0040a160) };
    case 'NUM':
      return numberOf(content);
    case 'CODE': {
      const code = codeOf(content, 0x0040a168);
      return { value: code?.meaning ?? '', valueCode: code?.code ?? '' };
    }
    case 'DATETIME':
      return { value: content.text(0x0040a120) };
    case 'DATE':
      return { value: content.text(0x0040a121) };
    case 'TIME':
      return { value: content.text(0x0040a122) };
    case 'PNAME':
      return { value: content.text(0x0040a123) };
    case 'UIDREF':
      return { value: content.text(0x0040a124) };
    case 'IMAGE':
    case 'WAVEFORM':
    case 'COMPOSITE':
      return {
        value: '',
        references: content
          .items(0x00081199)
          .slice(0, MAX_REFERENCES)
          .map((item) => referenceOf(item, find)),
      };
    case 'SCOORD':
    case 'SCOORD3D':
      return { value: shapeWords(content) };
    case 'TCOORD':
      return { value: content.text(0x0040a130).toLowerCase() };
    default:
      return content.has(0x0040db73)
        ? { value: `see item ${content.text(0x0040db73).replaceAll('\\', '.')}` }
        : { value: `not read: value type ${valueType || 'not given'}` };
  }
}

/** A measured value with its unit, or why there is none (PS3.3 C.18.1). */
function numberOf(content: Content): Value {
  const measured = content.first(0x0040a300);
  if (measured === undefined) return { value: codeOf(content, 0x0040a301)?.meaning ?? 'no value' };
  const unit = codeOf(measured, 0x004008ea);
  // UCUM codes are what people write (mm, HU); dimensionless ones are notes in braces or 1.
  const isPlain = unit?.code.startsWith('UCUM') === true && /^[^{}[\]]+$/.test(unit.value) && unit.value !== '1';
  const isNone = unit?.value === '1' || unit?.value === '{no units}';
  return {
    value: measured.text(0x0040a30a).replaceAll('\\', ', '),
    unit: isNone ? '' : isPlain ? unit.value : (unit?.meaning ?? ''),
    valueCode: unit?.code ?? '',
  };
}

function referenceOf(item: Content, find: FindObject): ObjectReference {
  const SOPInstanceUID = item.text(0x00081155);
  const here = find(SOPInstanceUID);
  const frames = item
    .text(0x00081160)
    .split('\\')
    .map((part) => Number(part.trim()))
    .filter((frame) => Number.isInteger(frame) && frame > 0)
    .slice(0, 1000);
  return { SOPInstanceUID, label: sopClassLabel(item.text(0x00081150)), frames, ...(here !== undefined && { here }) };
}

function shapeWords(content: Content): string {
  const points = content.text(0x00700022).split('\\').length;
  const shape = content.text(0x00700023).toLowerCase();
  return `${shape === '' ? 'a shape' : shape} of ${points} coordinates`;
}
