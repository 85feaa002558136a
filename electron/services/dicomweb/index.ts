export { createArchiveAccesses, type ArchiveAccesses } from './access/archive-access';
export { testWeb } from './probe';
export { webFind } from './qido';
export { webSend, type WebObject } from './stow';
export { tokensFromFiles } from './token-files';
export { type WadoResult, webRetrieve } from './wado';
export { AccessProblem, type Authorization, createWebClient, type WebClient, type WebTarget, type WebTls } from './web-client';
export { webMetadata } from './metadata';
export { type DicomJson, textOf } from './dicom-json';
