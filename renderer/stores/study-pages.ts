import type { StudyRow, StudyUid } from '@shared/domain';

export const PAGE_SIZE = 200;

/** Pages of a long list by page number. A missing page is not loaded yet. */
export type Pages = ReadonlyMap<number, readonly StudyRow[]>;

export function rowAt(pages: Pages, index: number): StudyRow | undefined {
  return pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
}

/** Index of a study among the loaded pages, or undefined. */
export function indexOf(pages: Pages, uid: StudyUid): number | undefined {
  for (const [page, rows] of pages) {
    const at = rows.findIndex((row) => row.StudyInstanceUID === uid);
    if (at >= 0) return page * PAGE_SIZE + at;
  }
  return undefined;
}

/** The same pages with one row replaced in its place, or undefined when the study is in none of them. */
export function patched(pages: Pages, study: StudyRow): Pages | undefined {
  const index = indexOf(pages, study.StudyInstanceUID);
  if (index === undefined) return undefined;
  const page = Math.floor(index / PAGE_SIZE);
  const rows = pages.get(page);
  if (rows === undefined) return undefined;
  const next = new Map(pages);
  next.set(page, rows.with(index % PAGE_SIZE, study));
  return next;
}

/** Numbers of the pages that rows `first`..`last` (inclusive) lie on. */
export function pagesOf(first: number, last: number): number[] {
  const pages: number[] = [];
  for (let page = Math.floor(Math.max(0, first) / PAGE_SIZE); page <= Math.floor(Math.max(0, last) / PAGE_SIZE); page++) pages.push(page);
  return pages;
}
