// Parses documents: hostile bytes, away from the page. It answers the library's own messages; nothing of ours runs here.
import 'pdfjs-dist/legacy/build/pdf.worker.mjs';
