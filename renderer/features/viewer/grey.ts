export { chosenVoi, greySettings, tableNotes, tablesFailure, tablesSettled, voiLutsOf, type WindowChoice, wholeRange } from '../../imaging';
