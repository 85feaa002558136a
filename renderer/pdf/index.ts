export { openPdf, type OpenedPdf } from './open-pdf';
