export { ageText, betweenText, clockText, dateText, dateTimeText, monthFirst, parseDa, studyDateText } from './dates';
export { bytesText, countOf, countText } from './numbers';
export { nameLine, readableName } from './person-name';
