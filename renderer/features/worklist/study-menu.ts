/** What can be done with a study, by the ids of the commands: the menu of a row and that of the details. `-` parts groups. */
export const STUDY_MENU: readonly string[] = [
  ...['study.send', '-', 'study.unread', 'study.done', 'study.pin', 'study.unpin', 'study.hold', 'study.endHold'],
  ...['-', 'study.copyUid', 'study.copyAccession', 'study.copyPatientId', '-', 'study.header', 'study.delete'],
];
