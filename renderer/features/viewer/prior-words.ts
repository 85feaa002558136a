import type { StudyRow } from '@shared/domain';
import { betweenText, parseDa } from '../../ui';

type StudyBegin = Pick<StudyRow, 'StudyDate' | 'StudyTime'>;

/** How another study stands to the opened one in time; OTHER: nobody can tell. */
export type OtherStudyMark = 'PRIOR' | 'LATER' | 'OTHER';

/** Study Date and Time decide (PS3.3 C.7.2.1), the time as far as both studies give it: without it two studies of one day have no order. */
export function markOfOther(study: StudyBegin, opened: StudyBegin): OtherStudyMark {
  const [day, openedDay] = [dayNumber(study.StudyDate), dayNumber(opened.StudyDate)];
  if (day === undefined || openedDay === undefined) return 'OTHER';
  if (day !== openedDay) return day < openedDay ? 'PRIOR' : 'LATER';
  const [time, openedTime] = [timeDigits(study.StudyTime), timeDigits(opened.StudyTime)];
  const known = Math.min(time.length, openedTime.length);
  const [begin, openedBegin] = [time.slice(0, known), openedTime.slice(0, known)];
  if (begin === openedBegin) return 'OTHER';
  return begin < openedBegin ? 'PRIOR' : 'LATER';
}

/** "PRIOR, 2 y 4 m", "LATER, same day", "OTHER STUDY": the mark over the images of another study than the opened one. */
export function wordsOfOther(study: StudyBegin, opened: StudyBegin): string {
  const mark = markOfOther(study, opened);
  const name = mark === 'OTHER' ? 'OTHER STUDY' : mark;
  const day = dayNumber(study.StudyDate);
  if (day !== undefined && day === dayNumber(opened.StudyDate)) return `${name}, same day`;
  const [older, newer] = mark === 'LATER' ? [opened, study] : [study, opened];
  const between = mark === 'OTHER' ? '' : betweenText(older.StudyDate, newer.StudyDate);
  return between === '' ? name : `${name}, ${between}`;
}

function dayNumber(date: string): number | undefined {
  const parts = parseDa(date);
  return parts && parts.year * 10_000 + parts.month * 100 + parts.day;
}

/** "0802", "080215" of a TM value (PS3.5 6.2): what is given of hours, minutes and seconds. */
function timeDigits(time: string): string {
  const [, hours = '', minutes = '', seconds = ''] = /^(\d{2})(?::?(\d{2})(?::?(\d{2}))?)?/.exec(time.trim()) ?? [];
  return hours + minutes + seconds;
}
