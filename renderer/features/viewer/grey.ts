export {
  chosenVoi,
  greySettings,
  modalityOf,
  offeredLuts,
  tableNotes,
  tablesFailure,
  tablesSettled,
  type WindowChoice,
  windowsOf,
  wholeRange,
} from '../../imaging';
