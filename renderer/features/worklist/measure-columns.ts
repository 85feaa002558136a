import type { StudyRow } from '@shared/domain';
import type { Column, ColumnId } from '../../stores';
import { countText, readableName, studyDateText } from '../../ui';
import { bornText, keptMarks, modalityText, stateWords, whereWords } from './cells';
import { type ContentNeeds, usualWidth } from './layout-columns';

/** Width in px of a text in the font of the list; `weight` 600 for unread names. */
export type TextWidth = (text: string, weight: 400 | 600) => number;

/** Padding of a cell, left and right together, and a little for what a canvas measures otherwise than a line of text. */
const PADDING_PX = 18;
/** A shape with its gap before the words of State and Where. */
const SHAPE_PX = 24;
const SORT_ARROW_PX = 18;
/** What any row may say at the next moment. */
const ARRIVAL = 'arriving 000 of 000';

/** Digits are tabular in the list: all as wide as a zero. */
const tabular = (text: string): string => text.replace(/\d/g, '0');

function cellWidth(id: ColumnId, row: StudyRow, width: TextWidth, dateOf: (row: StudyRow) => string): number {
  switch (id) {
    case 'patient': {
      const { primary, secondary } = readableName(row.PatientName);
      return width(primary, 600) + (secondary === '' ? 0 : 12 + width(secondary, 600));
    }
    case 'id':
      return width(tabular(row.PatientID), 400);
    case 'born':
      return width(tabular(bornText(row.PatientBirthDate)), 400);
    case 'date':
      return width(tabular(dateOf(row)), 400);
    case 'accession':
      return width(tabular(row.AccessionNumber), 400);
    case 'modality':
      return width(modalityText(row.ModalitiesInStudy), 400);
    case 'description':
      return width(row.StudyDescription, 400);
    case 'images':
      return width(tabular(countText(row.instanceCount)), 400);
    case 'state':
      return SHAPE_PX + width(stateWords(row.state), 400);
    case 'where':
      return SHAPE_PX + width(tabular(whereWords(row).text), 400) + keptMarks(row) * SHAPE_PX;
    case 'urgent':
      return 0;
  }
}

/** What each column needs for its title and for nearly all of `rows`, px with padding. */
export function contentNeeds(columns: readonly Column[], rows: readonly StudyRow[], width: TextWidth, locale: string, now: Date): ContentNeeds {
  const dateOf = (row: Pick<StudyRow, 'StudyDate' | 'StudyTime'>): string => studyDateText(row.StudyDate, row.StudyTime, locale, now);
  const needs: Partial<Record<ColumnId, number>> = {};
  for (const column of columns) {
    if (column.fixed === true) continue;
    const content = usualWidth(rows.map((row) => cellWidth(column.id, row, width, dateOf))) ?? 0;
    const title = width(column.title, 400) + (column.sort === undefined ? 0 : SORT_ARROW_PX);
    const soon = column.id === 'where' ? SHAPE_PX + width(ARRIVAL, 400) : 0;
    needs[column.id] = Math.ceil(Math.max(content, title, soon) + PADDING_PX);
  }
  return needs;
}

/** Measures in the font that the page has, without touching the layout. Without a canvas every letter counts 7 px. */
export function pageTextWidth(): TextWidth {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return (text) => text.length * 7;
  const { fontFamily, fontSize } = getComputedStyle(document.body);
  return (text, weight) => {
    const font = `${weight} ${fontSize} ${fontFamily}`;
    if (context.font !== font) context.font = font;
    return context.measureText(text).width;
  };
}
