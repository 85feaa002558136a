export { ageText, betweenText, bornIso, bornText, clockText, dateText, dateTimeText, monthFirst, parseDa, studyDateText, timeText } from './dates';
export { bytesText, countOf, countText, mmText, placeMm } from './numbers';
export { nameLine, readableName } from './person-name';
export { shownText } from './shown-text';
export * from './job-words';
